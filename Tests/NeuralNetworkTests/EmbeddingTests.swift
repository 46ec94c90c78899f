import Compute
import NeuralNetwork
import Testing

struct EmbeddingTests {
  @Test func rowsGoForwardAndTheirGradientsBack() {
    let device = ReferenceDevice()
    var layout = ParameterLayout()
    _ = layout.add("before", 4)
    let embedding = Embedding(vocabularySize: 3, size: 2, in: &layout)
    let (values, gradients) = (device.allocate(layout.count), device.allocate(layout.count))
    values.elements = [9, 9, 9, 9, 10, 11, 20, 21, 30, 31]
    let x = Matrix(device.allocate(8), rows: 4, columns: 2)
    let ids: [UInt32] = [2, 0, 2, 1]
    embedding.forward(ids, values: values, into: x, on: device)
    #expect(x.storage.elements == [30, 31, 10, 11, 30, 31, 20, 21])

    gradients.elements[4] = 100
    x.storage.elements = [1, 2, 3, 4, 5, 6, 7, 8]
    embedding.backward(ids, dx: x, gradients: gradients, accumulating: true, on: device)
    #expect(gradients.elements == [0, 0, 0, 0, 103, 4, 7, 8, 6, 8])
    embedding.backward(Array(ids[..<2]), dx: x.rows(0..<2), gradients: gradients, accumulating: false, on: device)
    #expect(gradients.elements == [0, 0, 0, 0, 3, 4, 0, 0, 1, 2])
  }
}
