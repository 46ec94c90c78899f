import DataFiles
import MessagePassing
import ProcessesInThreads
import Testing

struct ProcessGroupTests {
  @Test(arguments: 1...4)
  func aRequestOfAnyProcessIsThatOfAll(count: Int) throws {
    for asking in 0..<count {
      let heard = ThreadedProcesses.run(count) { [$0.anyone($0.rank == asking), $0.anyone(false)] }
      #expect(try heard.map { try $0.get() } == Array(repeating: [true, false], count: count))
    }
  }

  @Test func theClockIsTheLeaders() throws {
    let clocks = ThreadedProcesses.run(3) { $0.fromLeader(0.1 + Double($0.rank)) }
    #expect(try clocks.map { try $0.get() } == [0.1, 0.1, 0.1])
  }

  @Test(arguments: [[0], [2], [1, 2], [0, 1, 2]])
  func aFaultOfSomeIsThatOfAll(failing: [Int]) throws {
    let results = ThreadedProcesses.run(3) { processes in
      let before = try processes.agree { processes.rank * 10 }
      #expect(before == processes.rank * 10)
      try processes.agree {
        if failing.contains(processes.rank) {
          throw DataError(.cannotCreate, "disk \(processes.rank) is full")
        }
      }
      Issue.record("process \(processes.rank) went on")
    }
    let message = failing[0] == 0 ? "disk 0 is full" : "process \(failing[0]) of 3: disk \(failing[0]) is full"
    for result in results {
      let error = #expect(throws: DataError.self) { try result.get() }
      #expect(error?.message == message)
      #expect(error?.code == .cannotCreate)
    }
  }

  @Test func theLeaderAloneWorks() throws {
    let ranks = ThreadedProcesses.run(3) { processes in
      var worked = false
      try processes.lead { worked = true }
      return worked
    }
    #expect(try ranks.map { try $0.get() } == [true, false, false])
  }

  @Test func messagesArriveInOrder() throws {
    let sums = ThreadedProcesses.run(2) { processes in
      var sum: [Float] = []
      for n in 0..<5 {
        let message = Message(capacity: 4)
        if processes.leads {
          message.put([Float](repeating: Float(n), count: n))
          processes.send(message, to: 1)
        } else {
          message.expect(n)
          processes.receive(message, from: 0)
          processes.wait(for: message)
          var numbers = [Float](repeating: -1, count: n)
          message.copy(to: &numbers)
          sum += numbers
        }
      }
      return sum
    }
    #expect(try sums[1].get() == [1, 2, 2, 3, 3, 3, 4, 4, 4, 4])
  }

  @Test func aSingleProcessDecidesAlone() throws {
    let alone = SingleProcess()
    #expect(alone.leads && alone.anyone(true) && !alone.anyone(false) && alone.fromLeader(2.5) == 2.5)
    #expect(throws: DataError.self) { try alone.agree { throw DataError(.data, "no") } }
    var worked = false
    try alone.lead { worked = true }
    #expect(worked)
  }

  @Test func aProcessThatWasStartedAloneIsAlone() throws {
    #expect(try Job.join().count == 1)
  }
}
