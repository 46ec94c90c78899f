internal import LanguageModeling
internal import TokenFiles

/// How many tokens of a prompt a model reads at once.
private let window = 256

extension LanguageModel {
  /// The state after the boundary and the prompt of a request, and the logits of the token that follows them.
  func primed(with request: GenerationRequest, logits: inout [Float]) -> State {
    let context = [request.boundary] + request.prompt
    var state = initialState(lanes: 1)
    var logProbabilities: [Double] = []
    for start in stride(from: 0, to: request.prompt.count, by: window) {
      let end = min(start + window, request.prompt.count)
      self.logProbabilities(
        of: Array(context[start + 1..<end + 1]), given: Array(context[start..<end]), state: &state,
        into: &logProbabilities)
    }
    step(Array(context.suffix(1)), state: &state, logits: &logits)
    return state
  }
}
