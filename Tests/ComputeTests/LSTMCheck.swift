import Testing

@testable import Compute

/// A window of an LSTM layer on both devices, forward and backward.
struct LSTMCheck {
  let input, recurrent, bias, x, table, h, c, gates, dh, dc, dBias, dPeepholes: Twin
  let peepholes: Twin?
  private let tokens: [UInt32]?
  private let resets: [Bool]
  private let lanes: Int

  /// Random numbers; weights are as large as `scale`, with a number of tokens the input is their products, and a share of
  /// the rows starts anew.
  init(
    steps T: Int, lanes B: Int, input I: Int, hidden H: Int, peepholes: Bool, tokens V: Int?, scale: Float,
    resets share: Double = 0, using generator: inout Philox4x32
  ) {
    lanes = B
    input = .random(4 * H, I, in: -scale...scale, using: &generator)
    recurrent = .random(4 * H, H, in: -scale...scale, using: &generator)
    bias = .random(1, 4 * H, using: &generator)
    self.peepholes = peepholes ? .random(1, 3 * H, using: &generator) : nil
    x = .random(T * B, I, using: &generator)
    table = .random(V ?? 1, 4 * H, using: &generator)
    let V = UInt32(V ?? 0)
    tokens = V > 0 ? (0..<T * B).map { _ in .random(in: 0..<V, using: &generator) } : nil
    h = .random((T + 1) * B, H, using: &generator)
    c = .random((T + 1) * B, H, in: -2...2, using: &generator)
    gates = .random(T * B, 4 * H, using: &generator)
    dh = .random(T * B, H, using: &generator)
    dc = .random(B, H, using: &generator)
    dBias = .random(1, 4 * H, using: &generator)
    dPeepholes = .random(1, 3 * H, using: &generator)
    resets = share == 0 ? [] : (0..<T * B).map { _ in Double.random(in: 0..<1, using: &generator) < share }
  }

  /// The same weights for another number of lanes, all else zero.
  init(like other: LSTMCheck, lanes B: Int) {
    let (T, H) = (other.gates.fast.rows / other.lanes, other.h.fast.columns)
    func zeros(_ rows: Int, _ columns: Int) -> Twin {
      Twin([Float](repeating: 0, count: rows * columns), rows: rows, columns: columns)
    }
    (input, recurrent, bias, peepholes) = (other.input, other.recurrent, other.bias, other.peepholes)
    (table, tokens, resets, lanes) = (other.table, nil, [], B)
    x = zeros(T * B, other.x.fast.columns)
    (h, c) = (zeros((T + 1) * B, H), zeros((T + 1) * B, H))
    gates = zeros(T * B, 4 * H)
    (dh, dc) = (zeros(T * B, H), zeros(B, H))
    (dBias, dPeepholes) = (zeros(1, 4 * H), zeros(1, 3 * H))
  }

  /// Everything that a forward and a backward pass leave.
  var outcome: [Twin] { [h, c, gates, dh, dc, dBias, dPeepholes] }

  func run(on devices: Devices, exactly: Bool = true, backward: Bool = true) {
    run(on: devices.fast, \.fast, backward)
    if exactly { run(on: devices.exact, \.exact, backward) }
  }

  private func run<D: Device>(on device: D, _ side: KeyPath<Twin, Matrix<D.Storage>>, _ backward: Bool) {
    let H = h.fast.columns
    let packed = device.allocatePackedLSTM(inputSize: tokens == nil ? x.fast.columns : 0, hiddenSize: H)
    device.pack(
      input: tokens == nil ? input[keyPath: side] : nil, recurrent: recurrent[keyPath: side], into: packed)
    let window = LSTMWindow(
      tokens.map { .products(table[keyPath: side], tokens: $0) } ?? .vectors(x[keyPath: side]),
      bias: bias[keyPath: side], peepholes: peepholes?[keyPath: side], lanes: lanes, resets: resets,
      h: h[keyPath: side], c: c[keyPath: side], gates: gates[keyPath: side])
    device.lstmForward(window, weights: packed)
    if backward {
      device.lstmBackward(
        window, weights: packed, dh: dh[keyPath: side], dc: dc[keyPath: side], dBias: dBias[keyPath: side],
        dPeepholes: peepholes == nil ? nil : dPeepholes[keyPath: side])
    }
  }

  /// Both sides are equal but for rounding: to single precision, and in bfloat16 that of a factor near the middle of two
  /// numbers now and then to the other one.
  func expectAgreement(
    _ precision: Precision, _ comment: Comment = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = outcome.map { $0.error() }.max() ?? 0
    #expect(error < (precision == .float32 ? 1e-5 : 0.03), comment, sourceLocation: sourceLocation)
  }
}
