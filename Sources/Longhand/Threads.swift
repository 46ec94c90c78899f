#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// As many threads as the machine has processors that are on.
public var defaultThreadCount: Int { max(1, min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1024)) }
