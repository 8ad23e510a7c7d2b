# What host.debug tells gdb before it connects.
# A `monitor` command (reset, halt, erase) changes registers behind gdb's back, which would show old values.
define hookpost-monitor
  maintenance flush register-cache
end
