using Gorb.Health.Epoll;
using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Dispatches each target to the prober of its check type.</summary>
/// <param name="tcp">The prober of TCP checks.</param>
/// <param name="allowExec">Whether checks may run programs. Saved checks can outlive this permission, so the state file does not prove it.</param>
internal sealed class Probers(TcpProber tcp, bool allowExec) : IProber
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

    public void Start(ProbeTarget target, IProbeSink sink, int ticket) => _byArgs[target.Args.GetType()].Start(target, sink, ticket);
}
