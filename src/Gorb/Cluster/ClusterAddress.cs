using Gorb.Model;

namespace Gorb.Cluster;

/// <summary>Where a cluster's table is, and what the cluster is called.</summary>
/// <param name="Members">The members of etcd.</param>
/// <param name="Name">The name of the cluster, by which several share one etcd.</param>
internal sealed record ClusterAddress(IReadOnlyList<Uri> Members, string Name)
{
    private const string Plain = "etcd://", Secure = "etcds://";
    private const int DefaultPort = 2379, MaxNameCharacters = 64;

    /// <summary>Reads an address such as etcd://h1:2379,h2,[fd00::3]/NAME, or etcds:// for TLS.</summary>
    /// <exception cref="SettingException">It is none; the message names the part and the remedy.</exception>
    public static ClusterAddress Parse(string text)
    {
        var scheme = text.StartsWith(Secure, StringComparison.Ordinal) ? Secure : text.StartsWith(Plain, StringComparison.Ordinal) ? Plain : throw Fault(text, "does not begin with etcd:// or etcds://");
        var parts = text[scheme.Length..].Split('/');
        if (parts.Length != 2)
        {
            throw Fault(text, "must have one slash, before the name of the cluster");
        }

        if (parts[1].Length is 0 or > MaxNameCharacters || !parts[1].All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-'))
        {
            throw Fault(text, $"has no name of the cluster: 1 to {MaxNameCharacters} letters, digits, '.', '_' and '-' after the slash");
        }

        var members = parts[0].Split(',', StringSplitOptions.TrimEntries).Select(member => Member(text, scheme, member)).ToList();
        return members.Distinct().Count() == members.Count ? new ClusterAddress(members, parts[1]) : throw Fault(text, "names a member twice");
    }

    private static Uri Member(string text, string scheme, string member)
    {
        var url = (scheme == Secure ? "https://" : "http://") + member;
        return member.Length > 0 && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { UserInfo.Length: 0, PathAndQuery: "/", Fragment.Length: 0 } && !HasBadPort(member)
            ? uri.IsDefaultPort && !member.EndsWith(DefaultPortOf(scheme), StringComparison.Ordinal) ? new UriBuilder(uri) { Port = DefaultPort }.Uri : uri
            : throw Fault(text, member.Contains('@', StringComparison.Ordinal)
                ? "must not have a user or a password, which every user of this host could read: --cluster-user and --cluster-password-file take them"
                : $"has '{member}' in place of a member: HOST, HOST:PORT or [IPV6]:PORT");
    }

    private static string DefaultPortOf(string scheme) => scheme == Secure ? ":443" : ":80";

    private static bool HasBadPort(string member) => member.EndsWith(':') || member.EndsWith(":0", StringComparison.Ordinal);

    private static SettingException Fault(string text, string what) => new($"--cluster: '{Hide(text)}' {what}; for example etcd://10.0.0.1:2379,10.0.0.2,10.0.0.3/lb");

    /// <summary>The text without what stands before an @, which may be a password.</summary>
    private static string Hide(string text) => text.LastIndexOf('@') is var at and >= 0 ? $"***{text[at..]}" : text;
}
