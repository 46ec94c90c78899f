// What a program that imports Longhand needs of the floors below.

@_exported public import enum Compute.InputGate
@_exported public import enum Compute.Precision
@_exported public import enum Compute.WeightFormat
@_exported public import DataFiles
@_exported public import Generation
@_exported public import Interchange
@_exported public import LanguageModeling
@_exported public import enum NeuralNetwork.CellKind
@_exported public import struct NeuralNetwork.CellConfiguration
@_exported public import MessagePassing
@_exported public import Scoring
@_exported public import TokenFiles
@_exported public import Tokenization
@_exported public import Training
@_exported public import UnicodeText
