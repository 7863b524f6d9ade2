using Gorb.Balancing;

namespace Gorb.Config;

/// <summary>What a document makes of one version of the wanted table.</summary>
/// <param name="Table">The table it was read beside: what is the same there is the same object here.</param>
/// <param name="Services">The services of the document, in its order.</param>
/// <param name="Problems">What is wrong with it; then the services do not count.</param>
internal sealed record ConfigDraft(Table Table, IReadOnlyList<Service> Services, IReadOnlyList<Problem> Problems);
