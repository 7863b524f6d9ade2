using Gorb.Model.Merging;

namespace Gorb.Documents;

/// <summary>How a document is applied.</summary>
/// <param name="Prune">What the document does not have is removed; else only added and changed.</param>
/// <param name="KeepWeights">Backends that are there keep their weights.</param>
/// <param name="Source">The source that declares it.</param>
internal readonly record struct ConfigOptions(bool Prune, bool KeepWeights, string Source = SourceName.Api);
