# Turns on the address and undefined-behaviour sanitizers for everything; the first finding ends the program.
add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
add_link_options(-fsanitize=address,undefined)
