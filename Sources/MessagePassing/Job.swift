#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
public import DataFiles

/// What this process was started for: alone, or as one of several by mpirun.
public enum Job {
  /// The processes that were started together with this one, which joins them.
  ///
  /// - Throws: `DataError` when they are several that could not work together.
  public static func join() throws(DataError) -> any ProcessGroup {
    let count = processCount
    if count == 1 { return SingleProcess() }
    #if MPI
      let group = MPIProcessGroup()
      guard group.count == count else {
        throw DataError(
          .usage,
          "one of \(count) processes finds \(group.count) in its job: their mpirun is not that of the MPI that longhand "
            + "was built with; start them with Open MPI's")
      }
      return group
    #else
      throw DataError(
        .usage,
        "started as one of \(count) processes, but this longhand was built to work alone; build one that works together "
          + "with others by make build-mpi (swift build -c release --traits MPI), or start it without mpirun")
    #endif
  }

  /// How many processes mpirun says that it has started, Open MPI's or one that speaks PMI.
  private static var processCount: Int {
    func number(_ name: String) -> Int { getenv(name).flatMap { Int(String(cString: $0)) } ?? 1 }
    return max(number("OMPI_COMM_WORLD_SIZE"), number("PMI_SIZE"))
  }
}
