using System.Security.Cryptography.X509Certificates;
using Gorb.Model;

namespace Gorb.Certificates;

/// <summary>
/// How the subject of a client certificate names the client, its role and its limits: CN=NAME, OU=gorb:ROLE, OU=gorb:LIMIT=VALUE.
/// </summary>
/// <param name="Name">The client's name.</param>
/// <param name="Role">Its role.</param>
/// <param name="Scope">The services that it may see and change.</param>
internal sealed record CertificateRole(string Name, Role Role, ServiceScope Scope)
{
    /// <summary>The beginning of an organizational unit that gives a role or a limit. Other units are ignored.</summary>
    public const string Prefix = "gorb:";

    /// <summary>The role of a certificate without such a unit.</summary>
    public const Role Default = Role.Read;

    public const int MaxNameLength = 64; // of X.520

    /// <summary>The longest organizational unit (X.520).</summary>
    public const int MaxUnitLength = 64;

    private const string CommonNameOid = "2.5.4.3";
    private const string OrganizationalUnitOid = "2.5.4.11";

    /// <summary>The subject of a new client certificate.</summary>
    /// <param name="name">The client's name.</param>
    /// <param name="role">Its role.</param>
    /// <param name="limits">Its limits, each with name and value as <see cref="ScopeLimits"/> takes them.</param>
    public static X500DistinguishedName Subject(string name, Role role, IEnumerable<(string Name, string Value)> limits)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationalUnitName(Prefix + RoleNames.Of(role));
        foreach (var limit in limits)
        {
            subject.AddOrganizationalUnitName(Unit(limit.Name, limit.Value));
        }

        subject.AddCommonName(name);
        return subject.Build();
    }

    /// <summary>The organizational unit of a limit.</summary>
    public static string Unit(string limit, string value) => $"{Prefix}{limit}={value}";

    /// <summary>Reads name, role and limits.</summary>
    /// <exception cref="FormatException">The subject has no usable name, an unknown role or limit, or several roles; the message says what is wrong.</exception>
    public static CertificateRole Read(X500DistinguishedName subject)
    {
        var names = Values(subject, CommonNameOid);
        var units = Values(subject, OrganizationalUnitOid).Where(static unit => unit.StartsWith(Prefix, StringComparison.Ordinal)).Select(static unit => unit[Prefix.Length..]).ToLookup(static unit => unit.Contains('='));
        if (names is not [var name] || !IsName(name))
        {
            throw new FormatException($"it must have one common name (CN) of 1 to {MaxNameLength} printable characters");
        }

        if (subject.EnumerateRelativeDistinguishedNames().Any(static part => part.HasMultipleElements && part.RawData.Span.IndexOf("gorb:"u8) >= 0))
        {
            throw new FormatException($"it has a role or a limit ({Prefix}) beside another value in one part of its subject; give each a part (OU) of its own"); // not read, it would limit nothing
        }

        return new CertificateRole(name, ReadRole([.. units[false]]), ReadScope(units[true]));
    }

    /// <summary>True for a name that a client certificate can have.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && !name.Any(static letter => char.IsControl(letter) || char.IsSurrogate(letter));

    private static Role ReadRole(List<string> roles) => roles switch
    {
        [] => Default,
        [var role] => RoleNames.Parse(role) ?? throw new FormatException($"its role is not one of {string.Join(", ", RoleNames.OfTokens.Select(RoleNames.Of))}"),
        _ => throw new FormatException($"it has several roles (organizational units that begin with {Prefix})"),
    };

    private static ServiceScope ReadScope(IEnumerable<string> units)
    {
        var limits = new ScopeLimits();
        foreach (var unit in units)
        {
            var sign = unit.IndexOf('=', StringComparison.Ordinal);
            limits.Add(unit[..sign], unit[(sign + 1)..]);
        }

        return limits.Scope;
    }

    private static List<string> Values(X500DistinguishedName subject, string oid) =>
    [
        .. subject.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == oid)
            .Select(static part => part.GetSingleElementValue() ?? ""),
    ];
}
