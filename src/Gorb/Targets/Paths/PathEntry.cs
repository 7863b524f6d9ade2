using System.Globalization;
using Gorb.Ipvs;
using Gorb.Model.Checks;
using Gorb.Model.Text;
using Gorb.Targets.Ipvs;

namespace Gorb.Targets.Paths;

/// <summary>A firewall mark with the path that it stands for.</summary>
internal readonly record struct PathEntry(uint Mark, ProbePath Path)
{
    private const char Separator = ' ';

    /// <summary>The kernel key of the mark's service.</summary>
    public ServiceKey Key => ServiceKey.ForFirewallMark(Mark, Path.Service.Family);

    /// <summary>Returns the mark's service as the kernel should have it: without persistence, and with one destination that has a weight.</summary>
    public KernelService ToKernel() => new(new VirtualService(Key) { Scheduler = Schedulers.Wrr }, [Path.Destination]);

    /// <summary>Parses the output of <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">The text is not an entry.</exception>
    public static PathEntry Parse(string text)
    {
        if (text.Split(Separator) is not [var mark, var service, var destination, var method, var type, var port, var checksum])
        {
            throw new FormatException($"'{text}' is not a path");
        }

        return new PathEntry(Number(mark), new ProbePath(KeyText.ReadService(service), new Destination(KeyText.ReadDestination(destination))
        {
            Forwarding = (ForwardingMethod)Number(method),
            Tunnel = new TunnelOptions((TunnelType)Number(type), (ushort)Number(port), (TunnelChecksum)Number(checksum)),
        }));
    }

    /// <summary>Returns the form that the ledger saves. It must never change.</summary>
    public override string ToString()
    {
        var (destination, tunnel) = (Path.Destination, Path.Destination.Tunnel);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Mark} {Path.Service} {destination.Key} {(uint)destination.Forwarding} {(byte)tunnel.Type} {tunnel.Port} {(ushort)tunnel.Checksum}");
    }

    private static uint Number(string text) => uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
