import Compute
import LanguageModeling
import Testing

struct LSTMStateTests {
  private let device = ReferenceDevice()
  private let configuration: ModelConfiguration

  init() throws {
    configuration = try ModelConfiguration(vocabularySize: 2, embeddingSize: 1, hiddenSize: 2, layers: 2)
  }

  private func counting(lanes: Int, from first: Double) -> LSTMState<ReferenceDevice> {
    let state = LSTMState(configuration, lanes: lanes, on: device)
    state.h[0].storage.elements = (0..<8 * lanes).map { first + Double($0) }
    return state
  }

  @Test func itStartsAtZero() {
    #expect(LSTMState(configuration, lanes: 3, on: device).h[0].storage.elements == [Double](repeating: 0, count: 24))
  }

  @Test func oneLaneOrAllAreCleared() {
    let state = counting(lanes: 2, from: 1)
    state.clear(lane: 1, on: device)
    #expect(state.h[0].storage.elements == [1, 2, 0, 0, 5, 6, 0, 0, 9, 10, 0, 0, 13, 14, 0, 0])
    state.clear(on: device)
    #expect(state.h[0].storage.elements == [Double](repeating: 0, count: 16))
  }
}
