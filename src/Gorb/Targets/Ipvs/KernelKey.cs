using Gorb.Ipvs;
using Gorb.Model.Text;

namespace Gorb.Targets.Ipvs;

/// <summary>The key of an entry of the kernel's table: a service, or with <paramref name="Destination"/> one of its destinations.</summary>
internal readonly record struct KernelKey(ServiceKey Service, DestinationKey? Destination = null)
{
    private const char Separator = ' ';

    /// <summary>Parses the output of <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">The text is not a key.</exception>
    public static KernelKey Parse(string text) => text.Split(Separator, 2) is [var service, var destination]
        ? new KernelKey(KeyText.ReadService(service), KeyText.ReadDestination(destination))
        : new KernelKey(KeyText.ReadService(text));

    /// <summary>Returns the form that the ledger saves. It must never change.</summary>
    public override string ToString() => Destination is { } destination ? $"{Service}{Separator}{destination}" : Service.ToString();
}
