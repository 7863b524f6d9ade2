namespace Gorb.Tests.Health.Probes;

/// <summary>Tests that count this process's descriptors run while no other test opens any.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
