using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gorb.Access;

/// <summary>The secrets of tokens: how they are made, and in which form they are kept.</summary>
internal static class TokenSecret
{
    /// <summary>The beginning of every created secret, by which people and scanners for leaked secrets recognize one.</summary>
    private const string Prefix = "gorb_";

    private const int RandomBytes = 32;

    /// <summary>The shortest secret of a token file: as long as a created one without its prefix would be with 192 random bits.</summary>
    public const int MinLength = 32;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>
    /// The form in which a secret is kept. A plain SHA-256 is right here: the secret has 256 random bits, so it cannot be guessed, however fast the hash is. Slow hashes
    /// (bcrypt, Argon2) protect passwords that people choose, and would let anybody keep the daemon busy with wrong tokens.
    /// </summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
