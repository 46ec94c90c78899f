# `make quickstart` and `make test` do all the set-up that a fresh Debian 12 with Swift 6.3 needs.

PACKAGES := libicu-dev libutf8proc-dev zlib1g-dev libzstd-dev pkg-config
MPI_PACKAGES := libopenmpi-dev openmpi-bin
TEST_PACKAGES := unicode-data bzip2 gzip zstd python3
LONGHAND := .build/release/longhand
RUN := runs/story
PREFIX ?= /usr/local
# The tests run optimized: the plain loops of the reference device would be slow otherwise.
TEST := swift test -c release -Xswiftc -enable-testing --build-path .build/tests
SWIFT_FILES := Package.swift Sources Tests

.PHONY: quickstart test build install packages test-packages build-mpi test-mpi vocabularies bench ablations long-lags campaign-compute campaign-kill
.PHONY: campaign-text campaign-fuzz compare-tokenizers format lint clean

quickstart: build
	@echo "== Tokenize the stories that come with the repository, and train for a minute (Ctrl-C saves and stops)"
	$(if $(wildcard $(RUN)),@echo "$(RUN) is there already; remove it to train again",\
	$(LONGHAND) train Corpora/english/0[1-8]*.txt --run $(RUN) --max-seconds 60)
	@echo
	@echo "== Sample from it"
	$(LONGHAND) sample $(RUN) --prompt "The ferry" --length 400 --temperature 0.7 --seed 1
	@echo
	@echo "== Score a text that it has not seen"
	$(LONGHAND) score $(RUN) Corpora/english/09-conversations.txt

# A release build, and the same build options for everything that follows.
build: packages
	swift build -c release --product longhand

# Puts the command that was built into a folder of the system; it builds nothing, so that it may run as another user.
install:
	@test -x $(LONGHAND) || { echo "$(LONGHAND) is not there; run make build first" >&2; exit 1; }
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(LONGHAND) "$(DESTDIR)$(PREFIX)/bin/longhand"

test: packages test-packages
	$(TEST)

# A build that trains with several processes under mpirun, and what is promised of it, with two to four of them here.
LONGHAND_MPI := .build/mpi/release/longhand
build-mpi: packages
	@sh .ci/packages $(MPI_PACKAGES)
	swift build -c release --traits MPI --build-path .build/mpi --product longhand

test-mpi: build build-mpi
	python3 Tests/ManyProcesses/test.py --longhand $(LONGHAND_MPI) --alone $(LONGHAND)

packages:
	@sh .ci/packages $(PACKAGES)

test-packages:
	@sh .ci/packages $(TEST_PACKAGES)

# Builds every vocabulary of Vocab/ from Corpora/ again.
vocabularies: build
	sh Vocab/build $(LONGHAND)

# Speed and memory against PyTorch, ONNX Runtime and tokenizers, which are set up in .build/bench-python the first time;
# BENCH takes options, such as BENCH="--only training" (python3 Benchmarks/bench.py --help).
bench: build
	python3 Benchmarks/bench.py --longhand $(LONGHAND) $(BENCH)

# What single choices are worth: the variants of TABLE, all trained on CORPUS for the same number of steps; ABLATIONS takes
# options, such as ABLATIONS="--seeds 3 --variant 'layers=--layers 3'" (python3 Benchmarks/ablations.py --help). What came out
# here is in Sources/Training/Training.docc/Ablations.md.
TABLE := Benchmarks/ablations-character.toml
ablations: build
	python3 Benchmarks/ablations.py $(TABLE) $(CORPUS) --longhand $(LONGHAND) $(ABLATIONS)

# Memory over 10 to 1,000 steps: LSTM with peepholes and without, GRU and simple RNN; tables, and figures in runs/long-lags.
long-lags: build
	python3 Benchmarks/long_lags.py --longhand $(LONGHAND) $(LAGS)

# Ten runs killed with -9 at random points must end in the bytes of one that was never stopped.
campaign-kill: build
	python3 Benchmarks/kill_and_resume.py --longhand $(LONGHAND)

# The laws and the differential tests on a million and on ten million generated texts, and texts that make careless
# programs quadratic or fill the memory.
campaign-text: build test-packages
	LONGHAND_CAMPAIGN_STRINGS=1000000 $(TEST) --filter 'UnicodeTextTests\.'
	LONGHAND_CAMPAIGN_STRINGS=10000000 $(TEST) --filter GeneratedInputTests
	python3 Benchmarks/large_texts.py --longhand $(LONGHAND)
	python3 Benchmarks/linear_time.py --longhand $(LONGHAND)

# Readers of foreign files, and the normalizer, under AddressSanitizer with inputs that libFuzzer makes.
RUNS := 10000000
campaign-fuzz: build
	python3 Tests/Fuzzing/campaign.py --longhand $(LONGHAND) --runs $(RUNS)

# The fast kernels against the plain loops on 10,000 random shapes each; SEED repeats a campaign.
SEED := $(or $(SEED),$(shell date +%s))
campaign-compute: packages test-packages
	@echo "== Shapes of seed $(SEED)"
	LONGHAND_CAMPAIGN_SHAPES=10000 LONGHAND_CAMPAIGN_SEED=$(SEED) $(TEST) --filter 'ComputeTests\.'

# Every exportable vocabulary must make the ids that Hugging Face's tokenizers makes with its tokenizer.json.
compare-tokenizers: build
	python3 Benchmarks/compare_tokenizers.py --longhand $(LONGHAND)

format:
	swift format --in-place --recursive $(SWIFT_FILES)

lint:
	swift format lint --strict --recursive $(SWIFT_FILES)

clean:
	rm -rf .build runs
