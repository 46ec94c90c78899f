internal import Compute
internal import MessagePassing

/// The sums of a step's gradients on their way along the processes and back.
///
/// Piece 0 is the last of the buffers. Piece i travels up the ranks in `up[i % depth]`, is whole at the last one, and
/// comes down in `down[i % depth]`; each process takes the pieces in turn.
final class GradientChain<D: Device> {
  /// The numbers of a piece, a quarter of a mebibyte: few enough for a cache, enough for a network.
  private let pieceSize: Int
  private let depth = 4

  private let device: D
  private let count: Int
  private let processes: any ProcessGroup
  private let up: [Message]
  private let down: [Message]
  private let received: D.Storage  // [pieceSize]
  /// The numbers of a piece on their way between a message and the device: of a whole piece, and of the one in front.
  private var whole: [Float]
  private var front: [Float]

  // How many pieces of the present step have come so far: are awaited from below, have all shards up to this process's,
  // are awaited from above, and are back.
  private var awaited = 0
  private var summed = 0
  private var awaitedBack = 0
  private var back = 0

  init(device: D, count: Int, processes: any ProcessGroup, pieceSize: Int = 1 << 16) {
    self.device = device
    self.count = count
    self.processes = processes
    self.pieceSize = pieceSize
    up = (0..<depth).map { _ in Message(capacity: pieceSize) }
    down = (0..<depth).map { _ in Message(capacity: pieceSize) }
    received = device.allocate(pieceSize)
    whole = [Float](repeating: 0, count: pieceSize)
    front = [Float](repeating: 0, count: count % pieceSize)
  }

  var memory: Int { 4 * (2 * depth + 2) * pieceSize }

  private var pieces: Int { (count + pieceSize - 1) / pieceSize }
  private var isFirst: Bool { processes.rank == 0 }
  private var isLast: Bool { processes.rank == processes.count - 1 }

  /// The place of a piece in the buffers.
  private func range(_ piece: Int) -> Range<Int> {
    let end = count - piece * pieceSize
    return max(0, end - pieceSize)..<end
  }

  /// Does what can be done without waiting, and says whether that was anything.
  func advance(_ gradients: [D.Storage], finalFrom place: Int) -> Bool {
    let before = (awaited, summed, awaitedBack, back)
    awaitSums()
    while summed < pieces, range(summed).lowerBound >= place, sum(gradients) { awaitSums() }
    awaitReturns()
    while back < awaitedBack, takeBack(gradients) { awaitReturns() }
    return before != (awaited, summed, awaitedBack, back)
  }

  /// Waits until the first buffer holds the sums of all shards, and is ready for another step.
  func finish(_ gradients: [D.Storage]) {
    var looks = 0
    while summed < pieces || back < pieces && !isLast {
      looks = advance(gradients, finalFrom: 0) ? 0 : looks + 1
      processes.rest(after: looks)
    }
    for message in up + down { processes.wait(for: message) }
    (awaited, summed, awaitedBack, back) = (0, 0, 0, 0)
  }

  private func awaitSums() {
    while !isFirst, awaited < min(pieces, summed + depth), processes.isDone(up[awaited % depth]) {
      let message = up[awaited % depth]
      message.expect(range(awaited).count)
      processes.receive(message, from: processes.rank - 1)
      awaited += 1
    }
  }

  private func awaitReturns() {
    while !isLast, awaitedBack < min(summed, back + depth), processes.isDone(down[awaitedBack % depth]) {
      let message = down[awaitedBack % depth]
      message.expect(range(awaitedBack).count)
      processes.receive(message, from: processes.rank + 1)
      awaitedBack += 1
    }
  }

  /// Adds this process's shards to the next piece and sends it on; false when that has to wait.
  private func sum(_ gradients: [D.Storage]) -> Bool {
    let place = range(summed)
    let message = up[summed % depth]
    guard isFirst || summed < awaited, processes.isDone(message) else { return false }
    let next = isLast ? down[summed % depth] : message
    guard processes.isDone(next) else { return false }
    func piece(_ buffer: D.Storage) -> Matrix<D.Storage> {
      Matrix(buffer, offset: place.lowerBound, rows: 1, columns: place.count)
    }
    let sum = piece(gradients[0])
    if !isFirst {
      let received = Matrix(received, rows: 1, columns: place.count)
      take(message, into: received)
      device.add(received, to: sum)
    }
    for other in gradients.dropFirst() { device.add(piece(other), to: sum) }
    put(sum, into: next)
    processes.send(next, to: isLast ? processes.rank - 1 : processes.rank + 1)
    summed += 1
    return true
  }

  /// Takes the next piece of the whole sum and hands it down; false when it has not come.
  private func takeBack(_ gradients: [D.Storage]) -> Bool {
    let place = range(back)
    let message = down[back % depth]
    guard processes.isDone(message) else { return false }
    take(message, into: Matrix(gradients[0], offset: place.lowerBound, rows: 1, columns: place.count))
    if !isFirst { processes.send(message, to: processes.rank - 1) }
    back += 1
    return true
  }

  private func take(_ message: Message, into x: Matrix<D.Storage>) {
    func take(_ numbers: inout [Float]) {
      message.copy(to: &numbers)
      device.upload(numbers, to: x)
    }
    if x.count == pieceSize { take(&whole) } else { take(&front) }
  }

  private func put(_ x: Matrix<D.Storage>, into message: Message) {
    func put(_ numbers: inout [Float]) {
      device.download(x, to: &numbers)
      message.put(numbers)
    }
    if x.count == pieceSize { put(&whole) } else { put(&front) }
  }
}
