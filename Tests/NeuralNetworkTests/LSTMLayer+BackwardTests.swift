import Compute
import Goldens
import Testing

@testable import NeuralNetwork

struct LSTMLayerBackwardTests {
  @Test(arguments: ["onnx-peepholes", "onnx-peepholes-stacked"])
  func gradientsAreThoseOfAutomaticDifferentiation(name: String) throws {
    try check(GoldenStack<ReferenceDevice>(name))
    try check(GoldenStack<CPUDevice>(name))
  }

  private func check<D>(_ stack: GoldenStack<D>) throws {
    let golden = stack.golden
    let y = stack.device.doubles(stack.forward())
    let dy = try golden.doubles("dy")
    let loss = try #require(try golden.doubles("loss").first)
    #expect(abs(zip(y, dy).reduce(0) { $0 + $1.0 * $1.1 } - loss) < D.tolerance)

    let (dx, dc0) = stack.backward(dy: dy)
    #expect(greatestDifference(stack.device.doubles(dx), try golden.doubles("gradients/x")) < D.tolerance)
    #expect(greatestDifference(dc0, try golden.doubles("gradients/c0")) < D.tolerance)
    for parameter in stack.layout.parameters {
      let gradient = stack.device.doubles(parameter.view(in: stack.gradients))
      let difference = greatestDifference(gradient, try golden.doubles("gradients/" + parameter.name))
      #expect(difference < D.tolerance, "\(parameter.name)")
    }
  }

  @Test func gradientsAreOverwritten() throws {
    let (once, twice) = try (
      GoldenStack<ReferenceDevice>("onnx-peepholes"), GoldenStack<ReferenceDevice>("onnx-peepholes")
    )
    let dy = try once.golden.doubles("dy")
    _ = once.forward()
    _ = once.backward(dy: dy)
    for _ in 0..<2 {
      _ = twice.forward()
      _ = twice.backward(dy: dy)
    }
    #expect(twice.gradients.elements == once.gradients.elements)
  }
}
