using System.Net;
using Gorb.Health.Probes;
using Gorb.Ipvs.Addresses;
using Gorb.Ipvs.Netlink;
using Gorb.Ipvs.Sockets;
using Gorb.Model.Checks;
using Gorb.Targets.Host;
using Gorb.Targets.Paths;
using Gorb.Writer;

namespace Gorb.Health.Paths;

/// <summary>
/// Starts probes through IPVS: their packets bear the mark of the path and come from an address of this host that is not a virtual one, because IPVS takes replies
/// to a virtual address for packets of clients.
/// </summary>
internal sealed class PathProber(TableWriter tableWriter, PathMarks marks, SysctlFiles sysctls) : IDisposable
{
    private readonly HostAddresses _addresses = new();
    private readonly VirtualAddresses _vips = new(tableWriter);
    private readonly SourcePorts _ports = new(sysctls, marks.Range);

    /// <param name="prober">The prober of the check's type.</param>
    /// <param name="target">The check.</param>
    /// <param name="path">The path of the check.</param>
    /// <param name="sink">Receives the result, in the words of the path.</param>
    /// <param name="ticket">The ticket of the probe.</param>
    public void Start(IProber prober, ProbeTarget target, ProbePath path, IProbeSink sink, int ticket)
    {
        ProbeTarget marked;
        try
        {
            marked = target with { Origin = FindOrigin(target, path) };
        }
        catch (LocalFaultException fault)
        {
            sink.Complete(ticket, new ProbeResult(Passed: false, fault.Message, TimeSpan.Zero) { IsLocalFault = true });
            return;
        }

        prober.Start(marked, new PathSink(marked, path, new ReplyFilter(sysctls, _addresses), sink), ticket);
    }

    public void Dispose() => _addresses.Dispose();

    /// <exception cref="LocalFaultException">The path is not set up, or no address can be the source.</exception>
    private MarkedSource FindOrigin(ProbeTarget target, ProbePath path)
    {
        if (target.Address is not { } vip || vip.AddressFamily != path.Service.Family)
        {
            throw new LocalFaultException($"{path.Service} has no address that a check by path could ask: give the virtual address as pulse.args.host");
        }

        if (marks.Find(path) is not { } mark)
        {
            throw new LocalFaultException("the path of the check is not in the kernel; the next comparison with it (--resync) puts it there");
        }

        return new MarkedSource(mark, new IPEndPoint(FindSource(vip, path), _ports.Of(mark)));
    }

    private IPAddress FindSource(IPAddress vip, ProbePath path)
    {
        var vips = _vips.Current;
        if (HostAddresses.RouteSource(path.Destination.Key.Address) is { } usual && usual.AddressFamily == vip.AddressFamily && !usual.Equals(vip) && !vips.Contains(usual))
        {
            return usual;
        }

        try
        {
            return _addresses.FindSource(path.Destination.Key.Address, vip.AddressFamily, address => !address.Equals(vip) && !vips.Contains(address))
                ?? throw new LocalFaultException($"this host has no {(vip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address but virtual ones, "
                    + "and a check by path must come from another one: add an address of its own");
        }
        catch (Exception error) when (error is AddressException or NetlinkException)
        {
            throw new LocalFaultException($"the addresses of this host cannot be read: {error.Message}");
        }
    }
}
