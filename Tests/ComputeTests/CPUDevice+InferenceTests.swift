import Testing

@testable import Compute

/// Every instruction set of this machine with every format of weights.
let inferenceKernels = InstructionSet.available.flatMap { set in WeightFormat.allCases.map { (set, $0) } }

struct CPUDeviceInferenceTests {
  /// Inner sizes on both sides of the 4 that integers go by and of the 256 of one sum.
  static let depths = [1, 3, 4, 17, 255, 256, 257, 513]

  @Test(arguments: inferenceKernels, depths)
  func productsAreThoseOfTheReference(kernel: (set: InstructionSet, format: WeightFormat), depth k: Int) {
    let (devices, format) = (Devices(kernel.set), kernel.format)
    var generator = Philox4x32(seed: 30, stream: UInt64(k))
    for n in sizes {
      let rows = Int.random(in: 1...9, using: &generator)
      let (x, W) = (Twin.withGaps(rows, k, using: &generator), Twin.withGaps(n, k, using: &generator))
      let (bias, y) = (Twin.random(1, n, using: &generator), Twin.random(rows, n, using: &generator))
      devices.fast.affine(x.fast, devices.fast.inferenceMatrix(W.fast, format), bias: bias.fast, into: y.fast)
      devices.exact.affine(x.exact, devices.exact.inferenceMatrix(W.exact, format), bias: bias.exact, into: y.exact)
      #expect(y.error() < 3e-5, "[\(rows), \(k)] · [\(n), \(k)]ᵀ")
    }
  }

  /// In single precision they are, bit for bit, those that models are trained with.
  @Test(arguments: InstructionSet.available, depths)
  func productsAreThoseOfTraining(set: InstructionSet, depth k: Int) {
    let devices = Devices(set)
    var generator = Philox4x32(seed: 31, stream: UInt64(k))
    for n in sizes {
      let rows = Int.random(in: 1...20, using: &generator)
      let (x, W) = (Twin.random(rows, k, using: &generator), Twin.random(n, k, using: &generator))
      let (bias, y, trained) = (
        Twin.random(1, n, using: &generator), Twin.random(rows, n, using: &generator),
        Twin.random(rows, n, using: &generator)
      )
      let device = devices.fast
      device.affine(x.fast, device.inferenceMatrix(W.fast, .float32), bias: bias.fast, into: y.fast)
      device.multiply(x.fast, W.fast, transposed: true, plus: bias.fast, into: trained.fast)
      #expect(y.floats == trained.floats, "[\(rows), \(k)] · [\(n), \(k)]ᵀ")
    }
  }

  @Test(arguments: inferenceKernels)
  func aRowIsTheSameAloneAndAmongOthers(kernel: (set: InstructionSet, format: WeightFormat)) {
    let (devices, format) = (Devices(kernel.set), kernel.format)
    var generator = Philox4x32(seed: 32)
    for (rows, k, n) in [(7, 33, 65), (13, 300, 31), (20, 64, 128)] {
      let (x, W) = (Twin.random(rows, k, using: &generator), Twin.random(n, k, using: &generator))
      let (bias, y) = (Twin.random(1, n, using: &generator), Twin.random(rows, n, using: &generator))
      let matrix = devices.fast.inferenceMatrix(W.fast, format)
      devices.fast.affine(x.fast, matrix, bias: bias.fast, into: y.fast)
      for r in 0..<rows {
        let row = Twin.random(1, n, using: &generator)
        devices.fast.affine(x.fast.rows(r..<r + 1), matrix, bias: bias.fast, into: row.fast)
        #expect(row.floats == Array(y.floats[r * n..<(r + 1) * n]))
      }
    }
  }

  /// Rows of zeros, and rows and inputs whose largest number is so large or small that a scale is near an end.
  @Test(arguments: InstructionSet.available, [0, Float.leastNormalMagnitude, 1e-30, 1e18])
  func integersOfAnySize(set: InstructionSet, size: Float) {
    let devices = Devices(set)
    var generator = Philox4x32(seed: 33)
    let (k, n) = (37, 19)
    let (x, W) = (Twin.random(3, k, using: &generator), Twin.random(n, k, using: &generator))
    let (zeros, y) = (Twin([Float](repeating: 0, count: n), rows: 1, columns: n), Twin.random(3, n, using: &generator))
    for (scaledX, scaledW) in [(size, 1), (1, size)] as [(Float, Float)] {
      let x = Twin(x.floats.map { $0 * scaledX }, rows: 3, columns: k)
      let W = Twin(W.floats.map { $0 * scaledW }, rows: n, columns: k)
      devices.fast.affine(x.fast, devices.fast.inferenceMatrix(W.fast, .int8), bias: zeros.fast, into: y.fast)
      devices.exact.affine(x.exact, devices.exact.inferenceMatrix(W.exact, .int8), bias: zeros.exact, into: y.exact)
      #expect(y.error(floor: Double(max(size, 1e-37))) < 1e-5)
    }
  }

  /// How far rounding the weights moves a product, relative to the size of its terms.
  @Test(arguments: [(WeightFormat.bfloat16, 0.005), (.int8, 0.02)])
  func roundingIsSmall(format: WeightFormat, bound: Double) {
    let devices = Devices()
    var generator = Philox4x32(seed: 34)
    let (rows, k, n) = (4, 200, 50)
    let (x, W) = (Twin.random(rows, k, using: &generator), Twin.random(n, k, using: &generator))
    let zeros = Twin([Float](repeating: 0, count: n), rows: 1, columns: n)
    let (rounded, plain) = (Twin.random(rows, n, using: &generator), Twin.random(rows, n, using: &generator))
    devices.fast.affine(x.fast, devices.fast.inferenceMatrix(W.fast, format), bias: zeros.fast, into: rounded.fast)
    devices.fast.affine(x.fast, devices.fast.inferenceMatrix(W.fast, .float32), bias: zeros.fast, into: plain.fast)
    let terms = (Double(k) / 9).squareRoot()  // the deviation of a sum of products of numbers uniform in -1...1
    let error = zip(rounded.floats, plain.floats).map { abs(Double($0) - Double($1)) }.max() ?? .infinity
    #expect(error / terms < bound && error / terms > bound / 20)
  }

  /// With fused multiply-add the instruction set changes no bit; sums of integers are exact everywhere.
  @Test(arguments: WeightFormat.allCases)
  func instructionSetsAgree(format: WeightFormat) {
    var generator = Philox4x32(seed: 35)
    let (rows, k, n) = (7, 301, 77)
    let (x, W) = (Twin.random(rows, k, using: &generator), Twin.random(n, k, using: &generator))
    let (bias, y) = (Twin.random(1, n, using: &generator), Twin.random(rows, n, using: &generator))
    let results = InstructionSet.available.filter { $0 != .plain }.map { set in
      let device = Devices(set).fast
      device.affine(x.fast, device.inferenceMatrix(W.fast, format), bias: bias.fast, into: y.fast)
      return y.floats
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
