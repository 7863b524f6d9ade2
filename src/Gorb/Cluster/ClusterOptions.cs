namespace Gorb.Cluster;

/// <summary>The cluster that a director belongs to.</summary>
/// <param name="Address">Where its table is.</param>
/// <param name="Director">The director's name, which no other director of the cluster has.</param>
internal sealed record ClusterOptions(ClusterAddress Address, string Director)
{
    /// <summary>The maximum length of a director's name.</summary>
    public const int MaxNameCharacters = 64;

    /// <summary>Whether the director brings its own table to a cluster that has none.</summary>
    public bool Brings { get; init; }

    /// <summary>The PEM file with the authority of etcd's certificates; null for those that this host trusts.</summary>
    public string? Authorities { get; init; }

    /// <summary>The PEM file with the client certificate to show etcd; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>The PEM file with its private key; null when it is in the same file.</summary>
    public string? Key { get; init; }

    /// <summary>The user of etcd; null when it asks for none.</summary>
    public string? User { get; init; }

    /// <summary>The file with the user's password, which is read at each login.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>True if a text can be a director's name.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameCharacters && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');
}
