/// Ends the process where a law is broken, which libFuzzer takes for a crash.
public func require(_ holds: Bool, _ law: StaticString) {
  if !holds { fatalError("broken law: \(law)") }
}
