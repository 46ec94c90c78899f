// swift-tools-version: 6.2
import PackageDescription

// Programs that libFuzzer drives, apart from the package, since they need its library and sanitizers: `make campaign-fuzz`.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "longhand", path: "../..")],
  targets: [
    .systemLibrary(name: "CLibFuzzer"),
    .target(name: "Fuzzing", dependencies: ["CLibFuzzer"], swiftSettings: settings),
  ]
    + ["FuzzNormalizer", "FuzzTokenFile", "FuzzVocabulary", "FuzzTokenizerJSON"].map { name in
      .executableTarget(
        name: name, dependencies: ["Fuzzing", .product(name: "Longhand", package: "longhand")], swiftSettings: settings)
    })
