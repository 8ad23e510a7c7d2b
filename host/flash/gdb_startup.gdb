# What host.debug tells gdb once it is connected, before anything of the user's.
# A `monitor` command (reset, halt, erase) changes registers behind gdb's back, which would show old values.
define hookpost-monitor
  maintenance flush register-cache
end
