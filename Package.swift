// swift-tools-version: 6.2
import PackageDescription

// Every arrow goes down: a target may use only what stands on a lower floor.
let wrapping: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let safe = wrapping + [.strictMemorySafety()]

let package = Package(
  name: "longhand",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Longhand", targets: ["Longhand"]),
    .executable(name: "longhand", targets: ["LonghandCLI"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Train with several processes, on one machine or many, over Open MPI."),
    .default(enabledTraits: []),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // Floor 0: C, behind headers of plain types.
    .systemLibrary(name: "CICU", pkgConfig: "icu-uc", providers: [.apt(["libicu-dev"]), .brew(["icu4c"])]),
    .target(name: "CText", dependencies: ["CICU"], linkerSettings: [.linkedLibrary("utf8proc")]),
    .target(name: "CKernels"),
    .target(name: "CDigest"),
    .target(
      name: "CCompression",
      linkerSettings: [.linkedLibrary("z"), .linkedLibrary("zstd")]),
    .systemLibrary(
      name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
    .target(
      name: "CMessagePassing", dependencies: [.target(name: "COpenMPI", condition: .when(traits: ["MPI"]))],
      cSettings: [.define("LONGHAND_MPI", .when(traits: ["MPI"]))]),

    // Floor 1: bytes on disk; threads; processes; Unicode; tokens, tensors and numbers.
    .target(name: "DataFiles", dependencies: ["CDigest"], swiftSettings: wrapping),
    .target(name: "Threading", swiftSettings: wrapping),
    .target(
      name: "MessagePassing",
      dependencies: ["DataFiles", .target(name: "CMessagePassing", condition: .when(traits: ["MPI"]))],
      swiftSettings: wrapping),
    .target(name: "UnicodeText", dependencies: ["CText", "CCompression", "DataFiles"], swiftSettings: wrapping),
    .target(name: "TokenFiles", dependencies: ["DataFiles"], swiftSettings: wrapping),
    .target(name: "TensorFiles", dependencies: ["DataFiles"], swiftSettings: wrapping),
    .target(name: "Compute", dependencies: ["CKernels"], swiftSettings: wrapping),

    // Floor 2: text to tokens; layers.
    .target(
      name: "Tokenization", dependencies: ["UnicodeText", "TokenFiles", "DataFiles", "Threading"], swiftSettings: safe),
    .target(name: "NeuralNetwork", dependencies: ["Compute"], swiftSettings: safe),

    // Floor 3: the LSTM language model.
    .target(
      name: "LanguageModeling", dependencies: ["NeuralNetwork", "Compute", "TensorFiles", "TokenFiles", "DataFiles"],
      swiftSettings: safe),

    // Floor 4: what is done with a model.
    .target(
      name: "Scoring", dependencies: ["LanguageModeling", "Threading", "TokenFiles", "DataFiles"], swiftSettings: safe),
    .target(name: "Generation", dependencies: ["LanguageModeling", "TokenFiles", "DataFiles"], swiftSettings: safe),

    // Floor 5: how a model is made; files of others.
    .target(
      name: "Training",
      dependencies: [
        "LanguageModeling", "Scoring", "NeuralNetwork", "Compute", "TensorFiles", "TokenFiles", "DataFiles",
        "MessagePassing",
      ], swiftSettings: safe),

    .target(
      name: "Interchange", dependencies: ["Tokenization", "UnicodeText", "TokenFiles", "DataFiles"],
      swiftSettings: safe),

    // Floor 6: text and model meet here, and nowhere else.
    .target(
      name: "Longhand",
      dependencies: [
        "Tokenization", "LanguageModeling", "NeuralNetwork", "Scoring", "Generation", "Training", "Interchange",
        "Compute", "TokenFiles", "DataFiles", "MessagePassing",
      ], swiftSettings: safe),

    // Floor 7: the command.
    .executableTarget(
      name: "LonghandCLI",
      dependencies: [
        "Longhand", "DataFiles", .product(name: "ArgumentParser", package: "swift-argument-parser"), "TOMLKit",
      ], swiftSettings: safe),

    // Tests, one target for each of the above.
    .target(name: "ScratchFiles", path: "Tests/ScratchFiles", swiftSettings: wrapping),
    .target(
      name: "Goldens", dependencies: ["Compute", "TensorFiles", "DataFiles"], path: "Tests/Goldens",
      resources: [.copy("Files")], swiftSettings: wrapping),
    .testTarget(
      name: "DataFilesTests", dependencies: ["DataFiles", "CDigest", "ScratchFiles"], swiftSettings: wrapping),
    .testTarget(
      name: "TokenFilesTests", dependencies: ["TokenFiles", "DataFiles", "ScratchFiles"], swiftSettings: wrapping),
    .testTarget(
      name: "TensorFilesTests", dependencies: ["TensorFiles", "DataFiles", "ScratchFiles"],
      resources: [.copy("Fixtures")], swiftSettings: wrapping),
    .target(
      name: "LonghandTestSupport", dependencies: ["LanguageModeling", "TokenFiles"], path: "Tests/LonghandTestSupport",
      swiftSettings: safe),
    .testTarget(
      name: "ScoringTests",
      dependencies: ["Scoring", "LanguageModeling", "TokenFiles", "DataFiles", "LonghandTestSupport"],
      swiftSettings: safe),
    .testTarget(
      name: "GenerationTests",
      dependencies: ["Generation", "Scoring", "LanguageModeling", "TokenFiles", "DataFiles", "LonghandTestSupport"],
      swiftSettings: safe),
    .target(
      name: "COracles", dependencies: ["CICU"], path: "Tests/COracles", linkerSettings: [.linkedLibrary("utf8proc")]),
    .testTarget(
      name: "UnicodeTextTests", dependencies: ["UnicodeText", "COracles", "DataFiles", "ScratchFiles"],
      swiftSettings: wrapping),
    .testTarget(
      name: "TokenizationTests",
      dependencies: ["Tokenization", "UnicodeText", "TokenFiles", "DataFiles", "ScratchFiles"],
      swiftSettings: wrapping),
    .testTarget(name: "ThreadingTests", dependencies: ["Threading"], swiftSettings: wrapping),
    .target(
      name: "ProcessesInThreads", dependencies: ["MessagePassing"], path: "Tests/ProcessesInThreads",
      swiftSettings: wrapping),
    .testTarget(
      name: "MessagePassingTests", dependencies: ["MessagePassing", "DataFiles", "ProcessesInThreads"],
      swiftSettings: wrapping),
    .testTarget(name: "ComputeTests", dependencies: ["Compute"], swiftSettings: wrapping),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["NeuralNetwork", "Compute", "Goldens"], swiftSettings: wrapping),
    .testTarget(
      name: "LanguageModelingTests",
      dependencies: [
        "LanguageModeling", "NeuralNetwork", "Compute", "TensorFiles", "DataFiles", "Goldens", "ScratchFiles",
      ], swiftSettings: wrapping),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "LanguageModeling", "NeuralNetwork", "Compute", "TensorFiles", "TokenFiles", "DataFiles", "Goldens",
        "ScratchFiles", "MessagePassing", "ProcessesInThreads",
      ], resources: [.copy("Fixtures")], swiftSettings: wrapping),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .testTarget(
      name: "InterchangeTests",
      dependencies: ["Interchange", "Tokenization", "UnicodeText", "TokenFiles", "DataFiles", "ScratchFiles"],
      resources: [.copy("Fixtures")], swiftSettings: wrapping),
    .testTarget(
      name: "LonghandTests",
      dependencies: [
        "Longhand", "Compute", "NeuralNetwork", "TensorFiles", "ScratchFiles", "LonghandTestSupport",
        "AllocationCounter",
      ],
      swiftSettings: wrapping),
    .testTarget(
      name: "CommandLineTests", dependencies: ["LonghandCLI", "DataFiles", "ScratchFiles"], swiftSettings: wrapping),
  ]
)
