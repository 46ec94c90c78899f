public import Compute

/// A layer's weights as its steps read them.
public final class StepwiseWeights<D: Device>: Sendable {
  let input: CellMatrix<D>
  let recurrent: CellMatrix<D>
  let projection: CellMatrix<D>?
  let mogrifier: [MogrifierWeights<D>]
  let inputBias: Matrix<D.Storage>
  let recurrentBias: Matrix<D.Storage>
  let peepholes: Matrix<D.Storage>?
  let norms: Norms?
  /// The numbers of the copies.
  let count: Int

  /// Gains and the bias of layer normalization.
  struct Norms {
    let input, recurrent, cell, cellBias: Matrix<D.Storage>
  }

  /// Room for the weights of a layer that is trained, whose values are in `values`; `pack` follows whenever they change.
  public convenience init(_ layer: StepwiseLayer, values: D.Storage, on device: D) {
    self.init(layer, matrix: { CellMatrix($0, on: device) }, vector: { $0.view(in: values) }, copies: 2)
  }

  /// Copies of values that stay as they are, their matrices in a format.
  public convenience init(
    _ layer: StepwiseLayer, copying values: D.Storage, format: WeightFormat, on device: D
  ) {
    self.init(
      layer, matrix: { CellMatrix($0.view(in: values), format, on: device) },
      vector: { parameter in
        let copy = Matrix(device.allocate(parameter.count), rows: 1, columns: parameter.count)
        device.copy(parameter.view(in: values), to: copy)
        return copy
      }, copies: 1)
  }

  private init(
    _ layer: StepwiseLayer, matrix: (Parameter) -> CellMatrix<D>, vector: (Parameter) -> Matrix<D.Storage>, copies: Int
  ) {
    input = matrix(layer.inputWeight)
    recurrent = matrix(layer.recurrentWeight)
    projection = layer.projection.map(matrix)
    mogrifier = (layer.mogrifier?.rounds ?? []).map {
      MogrifierWeights(left: matrix($0.left), right: $0.right.map(matrix))
    }
    inputBias = vector(layer.inputBias)
    recurrentBias = vector(layer.recurrentBias)
    peepholes = layer.peepholes.map(vector)
    norms = layer.norms.map {
      Norms(
        input: vector($0.input), recurrent: vector($0.recurrent), cell: vector($0.cell), cellBias: vector($0.cellBias))
    }
    count = copies * layer.matrices.reduce(0) { $0 + $1.count }
  }

  /// Brings the weights up to date with `values`; W_h may come from elsewhere.
  public func pack(
    _ layer: StepwiseLayer, recurrent W_h: Matrix<D.Storage>? = nil, values: D.Storage, on device: D
  ) {
    input.pack(layer.inputWeight.view(in: values), on: device)
    recurrent.pack(W_h ?? layer.recurrentWeight.view(in: values), on: device)
    if let place = layer.projection { projection?.pack(place.view(in: values), on: device) }
    guard let rounds = layer.mogrifier?.rounds else { return }
    for i in rounds.indices {
      let (round, weights) = (rounds[i], mogrifier[i])
      weights.left.pack(round.left.view(in: values), on: device)
      if let place = round.right { weights.right?.pack(place.view(in: values), on: device) }
    }
  }
}

extension StepwiseLayer {
  /// All that products are made by.
  fileprivate var matrices: [Parameter] {
    [inputWeight, recurrentWeight] + [projection].compactMap { $0 }
      + (mogrifier?.rounds ?? []).flatMap { [$0.left] + [$0.right].compactMap { $0 } }
  }
}
