using Gorb.Model.Merging;

namespace Gorb.Documents;

/// <summary>The options for applying a document.</summary>
/// <param name="Prune">True to remove objects that the document lacks; false to only add and change objects.</param>
/// <param name="KeepWeights">True to keep the weights of existing backends.</param>
/// <param name="Source">The source that declares the document.</param>
internal readonly record struct ConfigOptions(bool Prune, bool KeepWeights, string Source = SourceName.Api);
