using Gorb.Health.Epoll;
using Gorb.Health.Paths;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Dispatches each target to the prober of its check type.</summary>
/// <param name="tcp">The prober of TCP checks.</param>
/// <param name="paths">Prepares checks by path.</param>
/// <param name="allowExec">Whether checks may run programs. Saved checks can outlive this permission, so the state file does not prove it.</param>
internal sealed class Probers(TcpProber tcp, PathProber paths, bool allowExec) : IProber
{
    private readonly Dictionary<Type, IProber> _byArgs = new()
    {
        [typeof(TcpArgs)] = tcp,
        [typeof(HttpArgs)] = new AsyncProber(new HttpProbe()),
        [typeof(TlsArgs)] = new AsyncProber(new TlsProbe()),
        [typeof(UdpArgs)] = new AsyncProber(new UdpProbe()),
        [typeof(DnsArgs)] = new AsyncProber(new DnsProbe()),
        [typeof(GrpcArgs)] = new AsyncProber(new GrpcProbe()),
        [typeof(PingArgs)] = new AsyncProber(new PingProbe()),
        [typeof(ExecArgs)] = new AsyncProber(allowExec ? new ExecProbe() : new ForbiddenProbe("exec checks are off: start the daemon with --allow-exec, or give another check")),
    };

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
}
