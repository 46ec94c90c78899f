#if MPI
  internal import CMessagePassing

  /// The processes of a job that mpirun started.
  final class MPIProcessGroup: ProcessGroup {
    let rank: Int
    let count: Int
    let processors: Int

    /// Joins the job; a process does so once.
    init() {
      cmp_join()
      rank = Int(cmp_rank())
      count = Int(cmp_count())
      let share = onlineProcessors / Int(cmp_count_on_machine())
      processors = max(1, min(Int(cmp_processors()), share))
    }

    func gather(_ values: [Double], into all: inout [Double]) {
      let total = values.count * count
      if all.count != total { all = [Double](repeating: 0, count: total) }
      all.withUnsafeMutableBufferPointer { cmp_gather(values, values.count, $0.baseAddress) }
    }

    func broadcast(_ bytes: inout [UInt8], from rank: Int) {
      bytes.withUnsafeMutableBufferPointer { cmp_broadcast($0.baseAddress, $0.count, Int32(rank)) }
    }

    func send(_ message: Message, to rank: Int) {
      precondition(message.request == nil, "a message that is on its way")
      message.request = cmp_send(message.values, message.count, Int32(rank))
    }

    func receive(_ message: Message, from rank: Int) {
      precondition(message.request == nil, "a message that is on its way")
      message.request = cmp_receive(message.values, message.count, Int32(rank))
    }

    func isDone(_ message: Message) -> Bool {
      guard let request = message.request else { return true }
      guard cmp_is_done(request) != 0 else { return false }
      message.request = nil
      return true
    }

    func rest(after looks: Int) { cmp_rest(looks) }

    func endTogether() { cmp_end() }
  }
#endif
