# Turns on the address and undefined-behaviour sanitizers for everything; the first finding ends the program.
# The vptr check needs the type information that the firmware is compiled without.
add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
add_link_options(-fsanitize=address,undefined)
