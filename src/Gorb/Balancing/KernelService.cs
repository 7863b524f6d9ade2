using Gorb.Ipvs;

namespace Gorb.Balancing;

/// <summary>One virtual service with its destinations, either as it should be or as the kernel has it.</summary>
internal sealed record KernelService(VirtualService Settings, IReadOnlyDictionary<DestinationKey, Destination> Destinations);
