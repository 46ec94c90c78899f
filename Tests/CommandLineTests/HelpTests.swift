import Testing

@Suite struct HelpTests {
  @Test(
    "--help names every option of the contract",
    arguments: [
      ("vocab", "-o --list --level --normalize --lowercase --min-count --max-size"),
      ("tokenize", "-o --vocab --decode"),
      (
        "train",
        """
        --run --valid --test --valid-fraction --test-fraction --level --layers --hidden --parameters --embedding --cell --peepholes --projection \
        --layer-norm --input-gate --mogrifier-rounds --mogrifier-rank --state-dropout --zoneout-cell --zoneout-hidden --tie \
        --softmax --softmax-cutoffs --softmax-divisor --softmax-samples \
        --dropout --layer-dropout --output-dropout --input-dropout --locked-dropout --embedding-dropout \
        --weight-dropout --activation-penalty --temporal-penalty --batch --window --epochs --max-steps --max-seconds --optimizer --learning-rate --schedule --clip \
        --seed --threads --precision --config --resume
        """
      ),
      (
        "sample",
        "--prompt --length --temperature --top-k --top-p --beam-width --seed --weights --threads --texts --json"
      ),
      ("score", "--format --per-line --per-text --weights --threads"), ("inspect", "--json"),
      ("export", "--tokenizer -o --format"), ("import", "-o --map --drop-unused"),
    ])
  func options(_ verb: String, _ options: String) async throws {
    let command = try Command()
    let outcome = try await command.run([verb, "--help"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    for option in options.split(separator: " ") {
      #expect(outcome.text.contains("\(option) ") || outcome.text.contains("\(option)/"), "\(verb) \(option)")
    }
  }

  @Test("The command names its subcommands and exit statuses")
  func command() async throws {
    let outcome = try await Command().run(["--help"])
    #expect(outcome.status == 0)
    for word in [
      "vocab", "tokenize", "train", "sample", "score", "inspect", "export", "import", "64", "65", "66", "73", "74",
      "75", "130",
    ] {
      #expect(outcome.text.contains(word))
    }
    #expect(try await Command().run(["--version"]).text == "0.1.0\n")
  }
}
