using Gorb.Ipvs;
using Gorb.Model.Descriptions;

namespace Gorb.Documents;

/// <summary>Reads the encapsulation of tunnelled packets.</summary>
internal static class TunnelReader
{
    public static TunnelOptions Read(FieldReader fields, ForwardingMethod method)
    {
        var tunnel = fields.Object("tunnel");
        if (tunnel is null)
        {
            return default;
        }

        if (method != ForwardingMethod.Tunnel)
        {
            if (fields.IsGiven("tunnel"))
            {
                fields.Refuse("tunnel", null, "goes with method tunnel only");
            }

            return default; // a PATCH to nat or dr drops the tunnel options
        }

        var type = tunnel.Word("type", KernelWords.Tunnel, TunnelType.Ipip) ?? TunnelType.Ipip;
        var port = (ushort)(tunnel.Number("port", 1, ushort.MaxValue) ?? 0);
        var checksum = tunnel.Word("checksum", KernelWords.Checksum, TunnelChecksum.None) ?? TunnelChecksum.None;
        tunnel.RefuseUnknown();
        if (type == TunnelType.Gue && port == 0 && !tunnel.IsSet("port"))
        {
            tunnel.Refuse("port", null, "is required for gue: the UDP port the backend listens on");
        }
        else if (type != TunnelType.Gue && port != 0 && tunnel.IsGiven("port"))
        {
            tunnel.Refuse("port", port, "is for type gue only");
        }

        if (type == TunnelType.Ipip && checksum != TunnelChecksum.None && tunnel.IsGiven("checksum"))
        {
            tunnel.Refuse("checksum", KernelWords.Checksum.Text(checksum), "is for types gue and gre only");
        }

        // A PATCH to another type drops the options that the type lacks.
        port = type == TunnelType.Gue ? port : (ushort)0;
        checksum = type == TunnelType.Ipip ? TunnelChecksum.None : checksum;
        return new TunnelOptions(type, port, checksum);
    }
}
