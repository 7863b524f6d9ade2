using System.Security.Cryptography.X509Certificates;
using Gorb.Model;

namespace Gorb.Certificates;

/// <summary>How the subject of a client certificate names the client and its role: CN=NAME, OU=gorb:ROLE.</summary>
internal static class CertificateRole
{
    /// <summary>The beginning of the organizational unit that gives a role. Other units are ignored.</summary>
    public const string Prefix = "gorb:";

    /// <summary>The role of a certificate without such a unit.</summary>
    public const Role Default = Role.Read;

    public const int MaxNameLength = 64; // of X.520

    private const string CommonNameOid = "2.5.4.3";
    private const string OrganizationalUnitOid = "2.5.4.11";

    /// <summary>The subject of a new client certificate.</summary>
    public static X500DistinguishedName Subject(string name, Role role)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationalUnitName(Prefix + RoleNames.Of(role));
        subject.AddCommonName(name);
        return subject.Build();
    }

    /// <summary>Reads name and role.</summary>
    /// <exception cref="FormatException">The subject has no usable name, or an unknown role or several; the message says what is wrong.</exception>
    public static (string Name, Role Role) Read(X500DistinguishedName subject)
    {
        var names = Values(subject, CommonNameOid);
        var roles = Values(subject, OrganizationalUnitOid).FindAll(static unit => unit.StartsWith(Prefix, StringComparison.Ordinal));
        if (names is not [var name] || !IsName(name))
        {
            throw new FormatException($"it must have one common name (CN) of 1 to {MaxNameLength} printable characters");
        }

        return roles switch
        {
            [] => (name, Default),
            [var unit] => (name, RoleNames.Parse(unit[Prefix.Length..]) ?? throw new FormatException($"its role is not one of {string.Join(", ", RoleNames.OfTokens.Select(RoleNames.Of))}")),
            _ => throw new FormatException($"it has several roles (organizational units that begin with {Prefix})"),
        };
    }

    /// <summary>True for a name that a client certificate can have.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && !name.Any(static letter => char.IsControl(letter) || char.IsSurrogate(letter));

    private static List<string> Values(X500DistinguishedName subject, string oid) =>
    [
        .. subject.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == oid)
            .Select(static part => part.GetSingleElementValue() ?? ""),
    ];
}
