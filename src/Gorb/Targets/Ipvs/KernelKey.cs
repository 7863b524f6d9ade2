using Gorb.Ipvs;
using Gorb.Model.Text;

namespace Gorb.Targets.Ipvs;

/// <summary>One entry of the kernel's table: a service, or with <paramref name="Destination"/> one of its destinations.</summary>
internal readonly record struct KernelKey(ServiceKey Service, DestinationKey? Destination = null)
{
    private const char Separator = ' ';

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">It is no key.</exception>
    public static KernelKey Parse(string text) => text.Split(Separator, 2) is [var service, var destination]
        ? new KernelKey(KeyText.ReadService(service), KeyText.ReadDestination(destination))
        : new KernelKey(KeyText.ReadService(text));

    /// <summary>The form in which the ledger saves it: frozen.</summary>
    public override string ToString() => Destination is { } destination ? $"{Service}{Separator}{destination}" : Service.ToString();
}
