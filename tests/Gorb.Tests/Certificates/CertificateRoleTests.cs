using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Gorb.Certificates;

namespace Gorb.Tests.Certificates;

/// <summary>Subjects of client certificates that other tools make and <c>gorb cert</c> does not.</summary>
public sealed class CertificateRoleTests
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string Unit = "2.5.4.11";

    /// <summary>A limit that is overlooked would be a right.</summary>
    [Fact]
    public void Read_LimitBesideAnotherValueInOnePart_IsRefused()
    {
        var read = () => CertificateRole.Read(Name([(CommonName, "ci")], [(Unit, "gorb:admin")], [(Organization, "Example"), (Unit, "gorb:service=web*")]));

        read.Should().Throw<FormatException>().WithMessage("*give each a part (OU) of its own");
    }

    [Fact]
    public void Read_OtherPartWithTwoValues_IsNoMatter() =>
        CertificateRole.Read(Name([(CommonName, "ci")], [(Unit, "gorb:service=web*")], [(Organization, "Example"), (Unit, "balancing")])).Scope.ToString().Should().Be("web*");

    private static X500DistinguishedName Name(params (string Type, string Value)[][] parts)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var part in parts)
            {
                using (writer.PushSetOf())
                {
                    foreach (var (type, value) in part)
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier(type);
                            writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                        }
                    }
                }
            }
        }

        return new X500DistinguishedName(writer.Encode());
    }
}
