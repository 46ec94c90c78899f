import Compute
import NeuralNetwork
import Testing

struct ParameterLayoutTests {
  @Test func tensorsStandOneBehindTheOther() {
    var layout = ParameterLayout()
    #expect(layout.count == 0)
    let a = layout.add("a", 2, 3)
    let b = layout.add("b", 5)
    let c = layout.add("c", 1, 4)
    #expect(layout.parameters == [a, b, c])
    #expect([a, b, c].map(\.offset) == [0, 6, 11])
    #expect([a, b, c].map(\.count) == [6, 5, 4])
    #expect(layout.count == 15)
  }

  @Test func viewsShowTheTensorInAnyBuffer() {
    var layout = ParameterLayout()
    _ = layout.add("a", 2, 3)
    let b = layout.add("b", 2, 2)
    let c = layout.add("c", 3)
    let storage = ReferenceDevice().allocate(layout.count)
    storage.elements = (0..<13).map(Double.init)
    let matrix = b.view(in: storage)
    #expect((matrix.rows, matrix.columns) == (2, 2))
    #expect([matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]] == [6, 7, 8, 9])
    let vector = c.view(in: storage)
    #expect((vector.rows, vector.columns) == (1, 3))
    #expect([vector[0, 0], vector[0, 2]] == [10, 12])
    let all = layout.all(of: storage)
    #expect((all.rows, all.columns) == (1, 13))
  }

  /// The names and the order that a model file shares with PyTorch.
  @Test func layersNameTheirTensorsAsPyTorchDoes() {
    var layout = ParameterLayout()
    let table = Embedding(vocabularySize: 7, size: 3, in: &layout)
    _ = LSTMLayer(0, inputSize: 3, hiddenSize: 2, peepholes: true, in: &layout)
    _ = LSTMLayer(1, inputSize: 2, hiddenSize: 2, peepholes: false, in: &layout)
    let output = SoftmaxOutput(vocabularySize: 7, inputSize: 2, in: &layout)
    #expect(
      layout.parameters.map { "\($0.name) \($0.shape)" } == [
        "embedding.weight [7, 3]", "lstm.weight_ih_l0 [8, 3]", "lstm.weight_hh_l0 [8, 2]", "lstm.bias_ih_l0 [8]",
        "lstm.bias_hh_l0 [8]", "lstm.weight_peephole_l0 [6]", "lstm.weight_ih_l1 [8, 2]", "lstm.weight_hh_l1 [8, 2]",
        "lstm.bias_ih_l1 [8]", "lstm.bias_hh_l1 [8]", "decoder.weight [7, 2]", "decoder.bias [7]",
      ])
    #expect(output.weight != table.weight)
  }

  @Test func aTiedOutputHasTheTableOfTheEmbedding() {
    var layout = ParameterLayout()
    let embedding = Embedding(vocabularySize: 7, size: 3, in: &layout)
    let output = SoftmaxOutput(vocabularySize: 7, inputSize: 3, tied: embedding.weight, in: &layout)
    #expect(output.weight == embedding.weight)
    #expect(layout.parameters.map(\.name) == ["embedding.weight", "decoder.bias"])
  }
}
