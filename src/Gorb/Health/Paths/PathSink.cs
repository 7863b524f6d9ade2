using System.Net;
using System.Net.Sockets;
using Gorb.Health.Probes;
using Gorb.Ipvs;
using Gorb.Model.Checks;

namespace Gorb.Health.Paths;

/// <summary>Passes the result of a probe by path on. A failure says that the check went through IPVS, and what to look at.</summary>
internal sealed class PathSink(ProbeTarget target, ProbePath path, ReplyFilter filter, IProbeSink sink) : IProbeSink
{
    private static readonly string Refused = NetworkError.Explain(SocketError.ConnectionRefused).Text;
    private static readonly string Unreachable = NetworkError.Explain(SocketError.HostUnreachable).Text;

    public void Complete(int ticket, ProbeResult result) => sink.Complete(ticket, result.Passed || result.IsLocalFault ? result : Explain(result));

    private ProbeResult Explain(ProbeResult result)
    {
        var vip = target.Address!;
        if (result.IsTimeout && filter.Find(path, vip, target.Origin!.Value.Source.Address) is { } dropped)
        {
            return new ProbeResult(Passed: false, dropped, result.Latency) { IsLocalFault = true }; // no backend could pass
        }

        return new ProbeResult(Passed: false, $"{result.Reason}, asked for {new IPEndPoint(vip, target.Port)} through IPVS{Hint(result, vip)}", result.Latency);
    }

    private string Hint(ProbeResult result, IPAddress vip)
    {
        var isSilent = result.IsTimeout || result.Reason == Unreachable;
        return path.Destination.Forwarding switch
        {
            ForwardingMethod.Masquerade => isSilent ? ": do the backend's replies come back through this director?" : "",
            ForwardingMethod.Tunnel when result.Reason == Refused => ": does the server listen on the VIP, too, and is the tunnel's device up?", // gue refuses as a closed port
            _ when result.Reason == Refused => ": does the server listen on the VIP, too?",
            ForwardingMethod.Tunnel when result.Reason == NetworkError.ProtocolUnreachable => ": is the tunnel's device up?",
            ForwardingMethod.Tunnel when isSilent => $": the backend does not answer for the VIP {vip}; is the VIP on its lo, and is the tunnel's device up?",
            _ => isSilent ? $": the backend does not answer for the VIP {vip}; is the VIP on its lo?" : "",
        };
    }
}
