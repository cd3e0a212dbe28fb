# ruff: noqa: E501, RUF001 - sentences of many languages, one a line
"""What persons and machines say when they answer, in several languages. Data only.

Of each list, every second saying is for tuning and the others are for the figures: what the law was
tuned on is never what it is judged by. Refuses to know voices and sounds.
"""

from collections.abc import Mapping, Sequence
from typing import Final

VOICES: Final[Mapping[str, Sequence[str]]] = {
    "en": ("en-us", "en-gb", "en-gb-scotland", "en-us"),
    "de": ("de",),
    "fr": ("fr-fr", "fr-be"),
    "es": ("es", "es-419"),
    "it": ("it",),
    "pt": ("pt", "pt-br"),
    "ru": ("ru",),
    "pl": ("pl",),
    "nl": ("nl",),
    "tr": ("tr",),
    "hi": ("hi",),
    "zh": ("cmn",),
}
"""espeak-ng's voices of each language."""

TIMBRES: Final = ("", "+m1", "+m3", "+m5", "+m7", "+f1", "+f2", "+f3", "+f4", "+f5")
"""espeak-ng's variants of a voice: men and women."""

HELLOS: Final[Mapping[str, Sequence[str]]] = {
    "en": ("Hello?", "Hi.", "Yes, hello?", "Yeah?", "Hello, who is this?", "Good morning.",
           "Speaking.", "Hey, what's up?", "Hello hello?", "Yes?"),
    "de": ("Hallo?", "Ja bitte?", "Ja, hallo?", "Guten Tag.", "Ja?", "Hallo, wer ist da?"),
    "fr": ("Allô?", "Oui, allô?", "Oui?", "Bonjour.", "Allô, oui, bonjour?", "Oui, j'écoute."),
    "es": ("¿Diga?", "¿Bueno?", "¿Sí?", "¿Hola?", "¿Sí, dígame?", "¿Quién habla?"),
    "it": ("Pronto?", "Sì, pronto?", "Sì?", "Pronto, chi parla?"),
    "pt": ("Alô?", "Sim?", "Está lá?", "Oi, tudo bem?", "Estou sim?", "Alô, quem fala?"),
    "ru": ("Алло?", "Да?", "Слушаю.", "Да, алло?", "Алло, кто это?", "Да, слушаю вас."),
    "pl": ("Halo?", "Słucham?", "Tak, słucham?", "Tak?"),
    "nl": ("Hallo?", "Ja, hallo?", "Met wie?", "Goedemiddag."),
    "tr": ("Alo?", "Efendim?", "Alo, buyurun?", "Evet?"),
    "hi": ("हैलो?", "जी, कौन?", "हाँ जी?", "नमस्ते।"),
    "zh": ("喂?", "你好?", "喂,你好,哪位?", "哪位?"),
}  # fmt: skip

NAMES: Final[Mapping[str, Sequence[str]]] = {
    "en": ("John Miller.", "This is Susan.", "Dave here.", "Smith residence.",
           "Hello, Karen speaking.", "Anderson."),
    "de": ("Müller.", "Schmidt, guten Tag.", "Hier ist Anna Weber.", "Weber, hallo?"),
    "fr": ("Dupont.", "Marie Laurent, bonjour.", "Oui, Bernard.", "Laurent à l'appareil."),
    "es": ("García, dígame.", "Habla Carmen.", "Soy José Luis.", "López."),
    "it": ("Rossi.", "Sono Giulia.", "Bianchi, buongiorno.", "Pronto, Ferrari."),
    "pt": ("Fala o Carlos.", "Silva, bom dia.", "Aqui é a Maria.", "Santos."),
    "ru": ("Иванов.", "Анна, слушаю.", "Петров у телефона.", "Это Мария."),
    "pl": ("Kowalski, słucham.", "Nowak."),
    "nl": ("Met Jan de Vries.", "De Boer."),
    "tr": ("Ahmet, buyurun.", "Yılmaz."),
    "hi": ("राम बोल रहा हूँ।", "शर्मा।"),
    "zh": ("我是王明。", "李先生。"),
}  # fmt: skip

COMPANIES: Final[Mapping[str, Sequence[str]]] = {
    "en": ("Baker and Sons, how can I help you?", "Good morning, Main Street Dental, Lisa speaking.",
           "Sunrise Motors, this is Tom, how may I direct your call?", "Pizza Roma, good evening."),
    "de": ("Autohaus Becker, guten Tag, was kann ich für Sie tun?", "Praxis Doktor Klein, guten Tag.",
           "Elektro Schulz, mein Name ist Petra Hahn.", "Bäckerei Vogt, hallo."),
    "fr": ("Garage Martin, bonjour.", "Cabinet du docteur Petit, bonjour, je vous écoute."),
    "es": ("Taller Hernández, buenos días, ¿en qué le puedo ayudar?", "Clínica Sol, buenas tardes."),
    "it": ("Officina Conti, buongiorno, come posso aiutarla?", "Studio Greco, buonasera."),
    "pt": ("Oficina Costa, bom dia, em que posso ajudar?", "Clínica Luz, boa tarde."),
    "ru": ("Автосервис Север, добрый день, чем могу помочь?", "Клиника Здоровье, добрый день."),
    "pl": ("Warsztat Nowak, dzień dobry, w czym mogę pomóc?", "Biuro Rachunkowe, słucham."),
    "nl": ("Garage Bakker, goedemorgen, waarmee kan ik u helpen?", "Praktijk Smit, goedemiddag."),
    "tr": ("Yıldız Oto, iyi günler, nasıl yardımcı olabilirim?", "Deniz Eczanesi, buyurun."),
    "hi": ("शर्मा ट्रैवल्स, नमस्ते, मैं आपकी क्या मदद कर सकता हूँ?", "सिटी क्लिनिक, नमस्ते।"),
    "zh": ("您好,东方旅行社,请问有什么可以帮您?", "你好,光明诊所。"),
}  # fmt: skip
"""Persons too, and long: the hard ones."""

AGAIN: Final[Mapping[str, Sequence[str]]] = {
    "en": ("Hello?", "Hello, anybody there?", "Who is this?"),
    "de": ("Hallo?", "Hallo, ist da jemand?"),
    "fr": ("Allô?", "Il y a quelqu'un?"),
    "es": ("¿Hola?", "¿Quién es?"),
    "it": ("Pronto?", "Chi è?"),
    "pt": ("Alô?", "Quem é?"),
    "ru": ("Алло?", "Кто это?"),
    "pl": ("Halo?",),
    "nl": ("Hallo?",),
    "tr": ("Alo?",),
    "hi": ("हैलो?",),
    "zh": ("喂?",),
}
"""What a person says into the silence afterwards."""

GREETINGS: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "en": (
        ("Hi, you've reached Mike.", "I can't come to the phone right now, so please leave a message after the beep."),
        ("Hello, this is Jennifer Adams.", "I'm either on the other line or away from my desk.", "Leave your name and number and I'll call you back."),
        ("Hey, it's Tom, leave a message.",),
        ("The person you are calling is not available.", "Please leave a message after the tone."),
        ("Hi!", "This is the Johnson family. We are not at home at the moment. Please leave us a message."),
        ("You have reached the voice mailbox of five five five, oh one two three.", "At the tone, please record your message."),
        ("Your call has been forwarded to an automated voice messaging system.",),
        ("Thank you for calling Riverside Plumbing.", "Our office is closed. Our hours are Monday to Friday from eight to five."),
    ),
    "de": (
        ("Hallo, hier ist der Anrufbeantworter von Familie Meier.", "Wir sind gerade nicht zu Hause. Bitte sprechen Sie nach dem Signalton."),
        ("Guten Tag, Sie sind verbunden mit der Mailbox von", "Thomas Krause.", "Bitte hinterlassen Sie eine Nachricht."),
        ("Der gewünschte Gesprächspartner ist zur Zeit nicht erreichbar.", "Bitte versuchen Sie es später noch einmal."),
        ("Hallo!", "Ich bin gerade nicht da, bitte hinterlasst mir eine Nachricht nach dem Piep."),
    ),
    "fr": (
        ("Bonjour, vous êtes bien sur la messagerie de Sophie.", "Je ne suis pas disponible, laissez-moi un message après le bip sonore."),
        ("Le correspondant que vous avez demandé n'est pas joignable actuellement.", "Merci de rappeler ultérieurement."),
        ("Salut c'est Lucas, laissez un message.",),
        ("Bonjour.", "Vous êtes en communication avec le répondeur de la famille Moreau. Nous sommes absents pour le moment."),
    ),
    "es": (
        ("Hola, este es el buzón de voz de Javier.", "En este momento no puedo atenderte, deja tu mensaje después de la señal."),
        ("El número que usted marcó no está disponible en este momento.", "Por favor intente más tarde."),
        ("Hola, soy Lucía, deja tu mensaje.",),
        ("Su llamada será transferida al buzón de voz.", "Después del tono grabe su mensaje."),
    ),
    "it": (
        ("Ciao, questa è la segreteria telefonica di Paolo.", "In questo momento non posso rispondere, lasciate un messaggio dopo il segnale acustico."),
        ("L'utente da lei chiamato non è al momento raggiungibile.", "La preghiamo di richiamare più tardi."),
        ("Ciao!", "Sono Elena, non posso rispondere. Lasciami un messaggio."),
        ("Risponde la segreteria telefonica della famiglia Ricci.", "Lasciate un messaggio dopo il bip."),
    ),
    "pt": (
        ("Olá, você ligou para o Pedro.", "No momento não posso atender, deixe seu recado após o sinal."),
        ("Sua chamada está sendo encaminhada para a caixa postal e estará sujeita à cobrança após o sinal.",),
        ("O número chamado encontra-se desligado ou fora da área de cobertura.", "Por favor tente mais tarde."),
        ("Oi, aqui é a Ana, deixe um recado.",),
    ),
    "ru": (
        ("Здравствуйте, вы позвонили Дмитрию.", "Сейчас я не могу ответить, оставьте сообщение после сигнала."),
        ("Абонент временно недоступен.", "Пожалуйста, перезвоните позднее."),
        ("Аппарат абонента выключен или находится вне зоны действия сети.",),
        ("Привет!", "Меня нет дома, оставьте сообщение после гудка."),
    ),
    "pl": (
        ("Dzień dobry, tu poczta głosowa Marka.", "Nie mogę teraz odebrać, proszę zostawić wiadomość po sygnale."),
        ("Abonent jest czasowo niedostępny.", "Prosimy spróbować później."),
    ),
    "nl": (
        ("Hallo, dit is de voicemail van Peter.", "Ik kan nu de telefoon niet opnemen, spreek een bericht in na de piep."),
        ("Dit nummer is op dit moment niet bereikbaar.", "Probeert u het later nog eens."),
    ),
    "tr": (
        ("Merhaba, şu anda telefona cevap veremiyorum.", "Lütfen sinyal sesinden sonra mesajınızı bırakın."),
        ("Aradığınız kişiye şu anda ulaşılamıyor.", "Lütfen daha sonra tekrar deneyiniz."),
    ),
    "hi": (
        ("नमस्ते, मैं अभी फ़ोन नहीं उठा सकता।", "कृपया बीप के बाद अपना संदेश छोड़ें।"),
        ("आप जिस नंबर पर कॉल कर रहे हैं वह अभी उपलब्ध नहीं है।", "कृपया कुछ समय बाद प्रयास करें।"),
    ),
    "zh": (
        ("您好,我现在无法接听电话。", "请在提示音后留言,我会尽快给您回电话。"),
        ("您拨打的用户暂时无法接通。", "请稍后再拨。"),
    ),
}  # fmt: skip
"""Machines: sentences with a pause between them; the beep follows."""
