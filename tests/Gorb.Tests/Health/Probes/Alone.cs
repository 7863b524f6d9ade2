namespace Gorb.Tests.Health.Probes;

/// <summary>The collection of tests that run alone: they use state of the whole process, such as descriptors, environment and console.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
