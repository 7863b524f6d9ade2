using Gorb.Health.Epoll;
using Gorb.Health.Paths;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Dispatches each target to the prober of its check type.</summary>
/// <param name="tcp">The prober of TCP checks.</param>
/// <param name="paths">Prepares checks by path.</param>
/// <param name="limits">What checks may do. Saved checks can outlive a permission, so the state file does not prove it.</param>
internal sealed class Probers(TcpProber tcp, PathProber paths, CheckLimits limits) : IProber
{
    private readonly Dictionary<Type, IProber> _byArgs = ByArgs(tcp, limits);

    public void Start(ProbeTarget target, IProbeSink sink, int ticket)
    {
        var prober = _byArgs[target.Args.GetType()];
        if (target.Path is { } path)
        {
            paths.Start(prober, target, path, sink, ticket);
        }
        else
        {
            prober.Start(target, sink, ticket);
        }
    }

    private static Dictionary<Type, IProber> ByArgs(TcpProber tcp, CheckLimits limits)
    {
        var lookup = new HostLookup(limits.Networks);
        return new()
        {
            [typeof(TcpArgs)] = tcp,
            [typeof(HttpArgs)] = new AsyncProber(new HttpProbe(), lookup),
            [typeof(TlsArgs)] = new AsyncProber(new TlsProbe(), lookup),
            [typeof(UdpArgs)] = new AsyncProber(new UdpProbe(), lookup),
            [typeof(DnsArgs)] = new AsyncProber(new DnsProbe(), lookup),
            [typeof(GrpcArgs)] = new AsyncProber(new GrpcProbe(), lookup),
            [typeof(PingArgs)] = new AsyncProber(new PingProbe(), lookup),
            [typeof(ExecArgs)] = new AsyncProber(
                limits.ProgramFault is { } fault
                    ? new ExecProbe(fault)
                    : new ForbiddenProbe("exec checks are off: start the daemon with --allow-exec or --exec-dir, or give another check"),
                lookup),
        };
    }
}
