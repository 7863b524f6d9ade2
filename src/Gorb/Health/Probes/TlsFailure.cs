namespace Gorb.Health.Probes;

/// <summary>Explains why a TLS handshake failed for another reason than the certificate.</summary>
internal static class TlsFailure
{
    private const string Alert = "alert ";

    /// <summary>
    /// Extracts the alert that the server sent from OpenSSL's message ("ssl/tls alert handshake failure"). The rest of that message is not shown.
    /// </summary>
    public static string Explain(Exception error)
    {
        if (error is IOException)
        {
            return "the connection ended during the TLS handshake";
        }

        for (var cause = error.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause.Message.IndexOf(Alert, StringComparison.Ordinal) is >= 0 and var at)
            {
                var name = string.Concat(cause.Message[(at + Alert.Length)..].TakeWhile(character => char.IsAsciiLetterLower(character) || character == ' '));
                return $"the server refuses the TLS handshake: {name.Trim()}";
            }
        }

        return error.InnerException is null ? "the answer is not TLS" : "the TLS handshake failed: the server's answer is not one that TLS 1.2 or 1.3 allows";
    }
}
