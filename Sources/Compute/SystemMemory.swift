#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What memory the machine has for a process.
public enum SystemMemory {
  /// The bytes that there are at most: those of the machine, or fewer where a limit is set (`ulimit -v`).
  public static var size: Int {
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
    #else
      let resource = RLIMIT_AS
    #endif
    guard unsafe getrlimit(resource, &limit) == 0 else { return machine }
    return min(machine, Int(clamping: limit.rlim_cur))
  }
}
