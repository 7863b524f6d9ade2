using Gorb.Ipvs;

namespace Gorb.Model;

/// <summary>One entry of the kernel's table: a service, or with <paramref name="Destination"/> one of its destinations.</summary>
internal readonly record struct KernelKey(ServiceKey Service, DestinationKey? Destination = null);
