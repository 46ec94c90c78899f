internal import CKernels

/// Threads that share out pieces of work of a few microseconds, such as one step of one stream.
///
/// They wait for work in a loop for some tens of microseconds before they sleep, so a team that is not given work takes
/// no time, and one that is takes all of its processors.
public final class ThreadTeam: @unchecked Sendable {
  let team: OpaquePointer

  /// The calling thread and others; nil for a single one, or when the system has no more threads.
  public init?(threads: Int) {
    guard threads > 1, let team = ck_team_create(threads) else { return nil }
    self.team = team
  }

  deinit { ck_team_destroy(team) }

  /// How many threads there are, the calling one included.
  public var threads: Int { ck_team_threads(team) }
}
