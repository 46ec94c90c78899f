import Foundation
import Testing

@testable import Compute

/// The shapes of a differential test: some, or as many as a campaign asks for.
enum RandomShapes {
  private static func number<N: FixedWidthInteger>(_ variable: String) -> N? {
    ProcessInfo.processInfo.environment[variable].flatMap { N($0) }
  }

  /// Calls `body` with a generator for each shape, and with what a failure says of it.
  static func forEach(usually usual: Int, _ body: (inout Philox4x32, Comment) -> Void) {
    let seed: UInt64 = number("LONGHAND_CAMPAIGN_SEED") ?? 1
    for shape in 0..<(number("LONGHAND_CAMPAIGN_SHAPES") ?? usual) {
      var generator = Philox4x32(seed: seed, stream: UInt64(shape))
      body(&generator, "shape \(shape) of seed \(seed)")
    }
  }

  /// A size from 1 to `most`: a prime, or one at an edge of the kernels, as often as any other; small ones more often.
  static func size(upTo most: Int, using generator: inout Philox4x32) -> Int {
    let edges = [1, 2, 3, 5, 7, 8, 11, 13, 15, 16, 17, 19, 23, 29, 31, 32, 33, 37, 41, 43, 47, 53, 61, 63, 64, 65, 67]
      .filter { $0 <= most }
    if Bool.random(using: &generator) { return edges[.random(in: 0..<edges.count, using: &generator)] }
    let bits = Int.bitWidth - most.leadingZeroBitCount
    return .random(in: 1...min(most, 1 << Int.random(in: 0...bits, using: &generator)), using: &generator)
  }
}
