import Testing

@Suite struct BadOptionTests {
  @Test(
    "Nonsense of train is refused before a folder is made",
    arguments: [
      ("--layers 0", "number of layers is 0"), ("--layers -1", "number of layers is -1"),
      ("--layers 9223372036854775807", "number of layers is 9223372036854775807"),
      ("--hidden 0", "hidden size is 0"), ("--hidden -8", "hidden size is -8"), ("--hidden 99999999999", "hidden size"),
      ("--softmax deep", "'deep' is invalid for '--softmax"),
      ("--softmax-cutoffs 3", "go with --softmax adaptive"), ("--softmax-divisor 2", "go with --softmax adaptive"),
      ("--softmax adaptive --softmax-samples 2", "goes with --softmax sampled"),
      ("--softmax sampled --softmax-cutoffs 2", "go with --softmax adaptive"),
      ("--softmax sampled --softmax-samples 0", "softmax-samples is 0"),
      ("--softmax sampled --softmax-samples 5000000", "softmax-samples is 5000000"),
      ("--softmax adaptive --softmax-cutoffs 9,3", "cut-offs of the adaptive softmax are 9,3"),
      ("--softmax adaptive --softmax-cutoffs 9,,3", "'9,,3' is invalid for '--softmax-cutoffs"),
      ("--softmax adaptive --softmax-divisor 0", "divisor of the adaptive softmax is 0"),
      ("--softmax adaptive --softmax-divisor -1", "divisor of the adaptive softmax is -1"),
      ("--softmax adaptive --softmax-cutoffs 2,3 --hidden 8", "leave none"),
      ("--softmax adaptive --tie", "tie a full softmax"), ("--hidden 1e3", "'1e3' is invalid for '--hidden"),
      ("--embedding 0", "embedding size is 0"),
      ("--dropout 1", "dropout is 1.0"), ("--layers 2 --layer-dropout 1", "layer-dropout is 1.0"),
      ("--output-dropout -1", "output-dropout is -1.0"), ("--input-dropout 2", "input-dropout is 2.0"),
      ("--embedding-dropout nan", "embedding-dropout is nan"), ("--weight-dropout 1", "weight-dropout is 1.0"),
      ("--activation-penalty -1", "activation-penalty is -1.0"), ("--temporal-penalty inf", "temporal-penalty is inf"),
      ("--dropout nan", "dropout is nan"), ("--dropout -0.1", "dropout is -0.1"), ("--batch 0", "batch is 0"),
      ("--batch -4", "batch is -4"), ("--batch 65537", "batch is 65537"), ("--window 0", "window is 0"),
      ("--epochs 0", "epochs is 0"), ("--max-steps 0", "max-steps is 0"), ("--max-steps -1", "max-steps is -1"),
      ("--max-steps 99999999999999999999", "invalid for '--max-steps"), ("--max-seconds 0", "max-seconds is 0.0"),
      ("--max-seconds nan", "max-seconds is nan"), ("--max-seconds inf", "max-seconds is inf"),
      ("--learning-rate 0", "learning-rate is 0.0"), ("--learning-rate -1", "learning-rate is -1.0"),
      ("--learning-rate nan", "learning-rate is nan"), ("--learning-rate inf", "learning-rate is inf"),
      ("--clip -1", "clip is -1.0"), ("--clip nan", "clip is nan"), ("--optimizer sgd --momentum 1", "momentum is 1.0"),
      ("--beta2 1", "beta2 is 1.0"), ("--weight-decay -1", "weight-decay is -1.0"),
      ("--schedule step --decay 0", "decay is 0.0"),
      ("--warmup -1", "warmup is -1"), ("--patience -1", "patience is -1"),
      ("--evaluate-every -1", "evaluate-every is -1"),
      ("--checkpoint-every 0", "checkpoint-every is 0"), ("--shards 0", "shards is 0"), ("--shards 99", "shards is 99"),
      ("--seed -1", "'-1' is invalid for '--seed"), ("--threads 0", "threads is 0"), ("--threads -2", "threads is -2"),
      ("--threads 100000", "threads is 100000"), ("--precision f16", "'f16' is invalid for '--precision"),
      ("--optimizer lion", "'lion' is invalid for '--optimizer"), ("--schedule up", "'up' is invalid for '--schedule"),
      ("--valid-fraction 1", "valid-fraction 1.0"), ("--valid-fraction -0.1", "valid-fraction -0.1"),
      ("--valid-fraction nan", "valid-fraction nan"), ("--test-fraction 0.95", "test-fraction 0.95"),
      ("--softmax adaptive --softmax-cutoffs 9223372036854775807", "softmax-cutoffs has 9223372036854775807"),
      ("--valid-fraction 0 --schedule plateau --patience 3", "which --schedule plateau, --patience would follow"),
      ("--valid-fraction 0 --average nt-asgd", "which --average nt-asgd would follow"),
      ("--valid birds.txt --test-fraction 0.3", "--valid FILE takes the place of"),
      ("--momentum 0.9", "--momentum goes with --optimizer sgd; leave it out"),
      ("--optimizer rmsprop --beta1 0", "--beta1 goes with --optimizer adam or adamw; leave"),
      ("--optimizer sgd --beta2 0.9", "--beta2 goes with --optimizer rmsprop, adam or adamw"),
      ("--optimizer sgd --epsilon 1e-6", "--epsilon goes with --optimizer rmsprop, adam or adamw"),
      (
        "--schedule range-test --warmup 5",
        "--warmup goes with --schedule constant, step, cosine, linear, one-cycle or plateau"
      ),
      ("--decay 0.9", "--decay goes with --schedule step or plateau"),
      ("--schedule plateau --decay-after 3", "--decay-after goes with --schedule step"),
      ("--schedule constant --floor 0.1", "--floor goes with --schedule cosine, linear, one-cycle or range-test"),
      ("--average two-tailed --average-decay 0.9", "--average-decay goes with --average ema"),
      ("--schedule cosine --decay-every 2", "--decay-every goes with --schedule step"),
      ("--schedule step --decay-every 0", "decay-every is 0"),
      ("--schedule range-test --floor 0", "a range-test starts above it"),
      ("--layer-dropout 0.3", "layer-dropout is between layers"),
      (
        "--layers 2 --dropout 0.9 --layer-dropout 0.1 --output-dropout 0.1",
        "dropout is for places without a rate of their own"
      ), ("--dropout 0 --locked-dropout", "locked-dropout has nothing to lock"),

      ("--cell gru --forget-bias 3", "--forget-bias goes with --cell lstm"),
      ("--average-trigger 2", "--average-trigger goes with --average nt-asgd"),
      ("--forget-bias nan", "forget-bias is nan"), ("--hiden 8", "Unknown option '--hiden'"),
    ])
  func train(_ options: String, _ message: String) async throws {
    try await Command.expectRefusal(ofTraining: options.split(separator: " ").map(String.init), message)
  }

  @Test(
    "Nonsense of sample is refused before anything is written",
    arguments: [
      ("--temperature -1", "temperature -1.0"), ("--temperature nan", "temperature nan"),
      ("--temperature inf", "temperature inf"), ("--top-k 0", "top-k 0"), ("--top-k -3", "top-k -3"),
      ("--top-p 2", "top-p 2.0"), ("--top-p 0", "top-p 0.0"), ("--top-p nan", "top-p nan"),
      ("--min-p 1.5", "min-p 1.5"),
      ("--repetition-penalty 0", "repetition penalty 0.0"), ("--length -1", "-1"),
      ("--length 99999999999999999999", "invalid for '--length"), ("--seed -1", "'-1' is invalid for '--seed"),
      ("--seed 18446744073709551616", "invalid for '--seed"), ("--beam-width 0", "beam width 0"),
      ("--beam-width -1", "beam width -1"), ("--beam-width 9223372036854775807", "beam width 9223372036854775807"),
      ("--beam-width 2 --best 3", "--best is 3"), ("--best 0", "--best is 0"),
      ("--beam-width 2 --length-penalty -1", "length penalty -1.0"),
      ("--beam-width 2 --length-penalty nan", "length penalty nan"),
      ("--beam-width 2 --top-k 5", "leave --temperature, --top-k"), ("--length five", "'five' is invalid"),
    ])
  func sample(_ options: String, _ message: String) async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.run(
      ["sample", "run", "--prompt", "The"] + options.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
  }
}
