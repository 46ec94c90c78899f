import Longhand

func readmeExample(corpus: String, folder: String) throws -> (text: String, score: ScoreReport) {
  var options = TrainingOptions()
  options.hiddenSize = 64
  options.training.limits.steps = 200
  let run = try TrainingRun(corpus: [.file(corpus)], directory: folder, options: options)
  let outcome = try run.train()
  print("stopped after \(outcome.step) steps")

  let model = try TextModel(path: folder)
  let text = try model.sample(prompt: "The ", length: 200, temperature: 0.8, seed: 1)
  let score = try model.score("The ferry left at dawn.")
  return (text, score)
}
