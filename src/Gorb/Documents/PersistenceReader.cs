using System.Net.Sockets;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Documents;

/// <summary>Reads client affinity: GORB's plain "persistent", and the details in "persistence".</summary>
internal static class PersistenceReader
{
    /// <param name="fields">The members of the service.</param>
    /// <param name="family">The address family of the service.</param>
    /// <param name="present">The present settings, which a PATCH keeps for members that are not given.</param>
    /// <param name="engine">The persistence engine, or null.</param>
    public static Persistence? Read(FieldReader fields, AddressFamily family, Persistence? present, out string? engine)
    {
        engine = null;
        var persistent = fields.Flag("persistent");
        var details = fields.Object("persistence");
        if (persistent == false && fields.IsGiven("persistent") && details is not null && fields.IsGiven("persistence"))
        {
            fields.Refuse("persistent", false, "contradicts persistence, which is given; leave one of them out");
        }

        if (!IsOn(fields, persistent, details))
        {
            return null;
        }

        var timeout = ReadTimeout(details);
        var isCarried = details is not null && !(fields.IsGiven("persistence") && details.IsGiven("netmask"));
        var netmask = isCarried && present?.Netmask is { } mask && mask.Family != family ? Convert(mask, details!, family) : ReadNetmask(details, family);
        engine = ReadEngine(details);
        details?.RefuseUnknown();
        return new Persistence(timeout, netmask);
    }

    /// <summary>True if persistence is on. A given member decides, including null, the default; the present state does not contradict it.</summary>
    private static bool IsOn(FieldReader fields, bool? persistent, FieldReader? details)
    {
        if (fields.IsGiven("persistence"))
        {
            return details is not null || (fields.IsGiven("persistent") && persistent == true);
        }

        return persistent == true;
    }

    private static uint ReadTimeout(FieldReader? details)
    {
        if (details?.Raw("timeout") is not { } value)
        {
            return Persistence.DefaultTimeoutSeconds;
        }

        var seconds = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var number) => number,
            JsonValueKind.String when Duration.TryParse(value.GetString(), out var duration) && duration.Milliseconds == 0 => (long)duration.TotalSeconds,
            _ => -1,
        };
        if (seconds is >= 1 and <= VirtualService.MaxPersistenceTimeout)
        {
            return (uint)seconds;
        }

        details.Refuse("timeout", value, $"must be a time such as \"5m\" or a number of seconds, 1 to {VirtualService.MaxPersistenceTimeout}");
        return 0;
    }

    private static Netmask ReadNetmask(FieldReader? details, AddressFamily family)
    {
        if (details?.Text("netmask") is not { } text)
        {
            return Netmask.Whole(family);
        }

        if (!Netmask.TryParse(text, family, out var netmask) || netmask.PrefixLength is null or 0)
        {
            details.Refuse("netmask", text, family == AddressFamily.InterNetworkV6
                ? "must be a prefix length, 1 to 128, for this IPv6 service"
                : "must be a mask such as 255.255.255.0 or a prefix length, 1 to 32");
        }

        return netmask;
    }

    /// <summary>Returns the netmask after a PATCH changes the family: the default remains the default, any other netmask cannot be converted and is reported.</summary>
    private static Netmask Convert(Netmask present, FieldReader details, AddressFamily family)
    {
        details.Text("netmask");
        if (present != Netmask.Whole(present.Family))
        {
            details.Refuse("netmask", present.ToString(), family == AddressFamily.InterNetworkV6
                ? "is for IPv4, and the service becomes IPv6: give a prefix length, 1 to 128, or null for the whole address"
                : "is for IPv6, and the service becomes IPv4: give a mask such as 255.255.255.0 or a prefix length, 1 to 32, or null for the whole address");
        }

        return Netmask.Whole(family);
    }

    private static string? ReadEngine(FieldReader? details)
    {
        var engine = details?.Text("engine");
        if (engine is not (null or "sip"))
        {
            details!.Refuse("engine", engine, "is not a persistence engine; the kernel has sip");
        }

        return engine;
    }
}
