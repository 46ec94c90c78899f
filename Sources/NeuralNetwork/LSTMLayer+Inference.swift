public import Compute

extension LSTMLayer {
  /// The layer's values in the layout and format of inference.
  ///
  /// - Parameters:
  ///   - values: the flat buffer of values; what is needed of it is copied.
  ///   - embedding: [V, I], when each input is one of its rows: then their products by W_x are made here, once.
  ///   - format: how W_x and W_h are held.
  public func forInference<D: Device>(
    values: D.Storage, embedding: Matrix<D.Storage>?, format: WeightFormat, on device: D
  ) -> D.InferenceLSTM {
    let bias = Matrix(device.allocate(4 * hiddenSize), rows: 1, columns: 4 * hiddenSize)
    device.copy(inputBias.view(in: values), to: bias)
    device.add(recurrentBias.view(in: values), to: bias)
    return device.inferenceLSTM(
      LSTMValues(
        input: inputWeight.view(in: values), recurrent: recurrentWeight.view(in: values), bias: bias,
        peepholes: peepholes?.view(in: values)),
      embedding: embedding, format)
  }
}
