#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What the system lets a process have.
public enum SystemLimits {
  #if canImport(Glibc)
    private typealias Resource = __rlimit_resource
  #else
    private typealias Resource = Int32
  #endif

  /// The bytes of memory that there are at most: those of the machine, or fewer where a limit is set (`ulimit -v`).
  public static var memory: Int {
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    return min(machine, limit(RLIMIT_AS) ?? machine)
  }

  /// How many files may be open at a time (`ulimit -n`).
  public static var openFiles: Int { limit(RLIMIT_NOFILE) ?? 256 }

  private static func limit(_ resource: Resource) -> Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let status = unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    #else
      let status = unsafe getrlimit(resource, &limit)
    #endif
    return status == 0 ? Int(clamping: limit.rlim_cur) : nil
  }
}
